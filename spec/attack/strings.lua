-- SPDX-License-Identifier: MIT
-- Texts that broke one library or another. All of them are texts, so all of them must come
-- back as they went; as names they must stay names.

local strings = {}

---Valid as a value and as a name.
strings.TEXTS = {
    "'", "''", "\"", "\"\"", "`", "[x]", "\\", "\\'", "\\\"", "'; DROP TABLE canary; --",
    "\"; DROP TABLE canary; --", "') OR ('1' = '1", "x' OR 1=1 --", "/*", "*/", "/* */", "--",
    "#", ":x", "::x", "\\:x", "?", "??", "$1", "$$", "$tag$", "%", "%%", "%s", "%(x)s", "%n", "{}",
    "{0}", "@x", "a.b", "public.canary", "select", "SELECT", "NULL", "true", "*", "a,b", "(", ")",
    "a b",
    " a ", "\t", "\n", "\r\n", "\27[31m", "\1", "\127", "\u{feff}", "\u{202e}", "\u{2019}", "é",
    "e\u{301}", "語", "😀", "\u{ff07}", "\u{2028}", "0", "-1", "1e5", "__[POSTCOMPILE_x]", "E'\\''",
    "U&\"\\0041\"", "N'x'", "x'41'", "CASE", "$1::text", ";", ("x"):rep(60),
}

---Texts to nobody: not UTF-8, or with a NUL inside.
strings.BROKEN = {
    "\0", "a\0b", "'\0", "\255", "\192\128", "\192\175", "\237\160\128", "\244\144\128\128", "\195",
    "\240\159\152", "'\200'", "\128",
}

return strings
