-- SPDX-License-Identifier: MIT
-- Lua's own select(). A program may have corm.select as the global `select`; in the interactive
-- interpreter it has to, as locals end with their line there. This is loaded first of all.

return select
