-- SPDX-License-Identifier: MIT
-- corm.testing: what tests of programs and of dialects use, by name.

return require("corm.util.namespace")("corm.testing")
