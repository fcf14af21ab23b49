std = "lua54"; cache = true; codes = true; self = false
max_line_length = 100; max_cyclomatic_complexity = 15
ignore = { "212/_.*", "213/_.*" }
files["spec"] = { std = "+busted" }
exclude_files = { "build/**", "lua_modules/**" }
