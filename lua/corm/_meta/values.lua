-- SPDX-License-Identifier: MIT
---@meta
-- luacheck: ignore 212 631
-- The classes of values, which are written in C (csrc/lua/value_*.c): immutable, comparable
-- with their like, printed as ISO text by tostring.

---SQL's NULL where a table has to hold it.
---@class corm.NULL

---A zone: minutes east of UTC, "UTC", "+02:00", an interval; false or NULL for none.
---@alias corm.Zone integer|string|corm.interval|false|corm.NULL

---@class corm.DateFields
---@field year? integer
---@field month? integer
---@field day? integer

---@class corm.TimeFields
---@field hour? integer
---@field minute? integer
---@field second? integer
---@field microsecond? integer
---@field tz? corm.Zone
---@field tzinfo? corm.Zone the same by the name of Python's argument

---@class corm.DatetimeFields: corm.DateFields, corm.TimeFields

---@class corm.date
---@field year integer
---@field month integer
---@field day integer
---@operator add(corm.interval): corm.date
---@operator sub(corm.date): corm.interval
---@operator sub(corm.interval): corm.date
---@overload fun(year: integer, month: integer, day: integer): corm.date
---@overload fun(fields: corm.DateFields): corm.date
local date = {}

---Today in the local zone.
---@return corm.date
function date.today() end

---@param text string YYYY-MM-DD
---@return corm.date
---@error ArgumentError the text is no date
function date.fromisoformat(text) end

---@return string # YYYY-MM-DD
function date:isoformat() end

---@param fields corm.DateFields
---@return corm.date
function date:replace(fields) end

---@return integer # 0 Monday … 6 Sunday
function date:weekday() end

---@return integer # 1 Monday … 7 Sunday
function date:isoweekday() end

---@class corm.time
---@field hour integer
---@field minute integer
---@field second integer
---@field microsecond integer
---@field tzoffset? integer minutes east of UTC
---@field tzinfo? integer the same by Python's name
---@overload fun(hour?: integer, minute?: integer, second?: integer, microsecond?: integer, fields?: corm.TimeFields): corm.time
---@overload fun(fields: corm.TimeFields): corm.time
local time = {}

---@param text string HH:MM[:SS[.ffffff]][zone]
---@return corm.time
---@error ArgumentError the text is no time
function time.fromisoformat(text) end

---@return string
function time:isoformat() end

---@param fields corm.TimeFields
---@return corm.time
function time:replace(fields) end

---@class corm.datetime: corm.date
---@field hour integer
---@field minute integer
---@field second integer
---@field microsecond integer
---@field tzoffset? integer minutes east of UTC
---@field tzinfo? integer the same by Python's name
---@operator add(corm.interval): corm.datetime
---@operator sub(corm.datetime): corm.interval
---@operator sub(corm.interval): corm.datetime
---@overload fun(year: integer, month: integer, day: integer, hour?: integer, minute?: integer, second?: integer, microsecond?: integer, fields?: corm.DatetimeFields): corm.datetime
---@overload fun(fields: corm.DatetimeFields): corm.datetime
local datetime = {}

---Now: what the local clock shows, without zone; or in a zone.
---@param tz? corm.Zone|{tz?: corm.Zone, tzinfo?: corm.Zone}
---@return corm.datetime
function datetime.now(tz) end

---Now in UTC, without zone.
---@return corm.datetime
function datetime.utcnow() end

---@param text string a date, alone or followed by a blank or T and a time
---@return corm.datetime
---@error ArgumentError the text is none
function datetime.fromisoformat(text) end

---@param day corm.date
---@param clock corm.time
---@return corm.datetime
function datetime.combine(day, clock) end

---@param separator? string between date and time, "T" unless given
---@return string
function datetime:isoformat(separator) end

---@return corm.date
function datetime:date() end

---@return corm.time # without zone
function datetime:time() end

---@return corm.time # with the same zone
function datetime:timetz() end

---@param fields corm.DatetimeFields
---@return corm.datetime
function datetime:replace(fields) end

---The same moment in another zone.
---@param tz corm.Zone
---@return corm.datetime
---@error ArgumentError there is no zone to begin with
function datetime:astimezone(tz) end

---Seconds since 1970; without a zone, the clock is taken for the local one.
---@return number
function datetime:timestamp() end

---@return integer # 0 Monday … 6 Sunday
function datetime:weekday() end

---@return integer # 1 Monday … 7 Sunday
function datetime:isoweekday() end

---@class corm.interval
---@field days integer
---@field seconds integer 0 … 86399
---@field microseconds integer 0 … 999999
---@operator add(corm.interval): corm.interval
---@operator sub(corm.interval): corm.interval
---@operator mul(number): corm.interval
---@operator div(number): corm.interval
---@operator div(corm.interval): number
---@operator idiv(corm.interval): integer
---@operator idiv(integer): corm.interval
---@operator mod(corm.interval): corm.interval
---@operator unm: corm.interval
---@overload fun(days?: number, seconds?: number, microseconds?: number, milliseconds?: number, minutes?: number, hours?: number, weeks?: number): corm.interval
---@overload fun(parts: table<string, number>): corm.interval
local interval = {}

---@param text string ISO 8601 or as PostgreSQL prints it
---@return corm.interval
---@error ArgumentError the text is none
function interval.fromisoformat(text) end

---@return number
function interval:total_seconds() end

---@return corm.interval
function interval:abs() end

---An exact decimal number that keeps its scale.
---@class corm.decimal
---@operator add(corm.decimal|integer): corm.decimal
---@operator sub(corm.decimal|integer): corm.decimal
---@operator mul(corm.decimal|integer): corm.decimal
---@operator div(corm.decimal|integer): corm.decimal
---@operator idiv(corm.decimal|integer): corm.decimal
---@operator mod(corm.decimal|integer): corm.decimal
---@operator unm: corm.decimal
---@overload fun(value: string|number|corm.decimal): corm.decimal
local decimal = {}

---@return corm.decimal
function decimal:abs() end

---@return boolean # false for NaN and infinities
function decimal:is_finite() end

---Halves are rounded away from zero.
---@param scale? integer digits after the point, 0 unless given
---@return corm.decimal
function decimal:round(scale) end

---@return number # the nearest float
function decimal:tonumber() end

return { date = date, time = time, datetime = datetime, interval = interval, decimal = decimal }
