-- SPDX-License-Identifier: MIT
-- corm.ext: the extensions by name, as sqlalchemy.ext.

return require("corm.util.namespace")("corm.ext")
