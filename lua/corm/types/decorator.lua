-- SPDX-License-Identifier: MIT
-- Types of the user's own: TypeDecorator, which sits on another type, and UserDefinedType,
-- which says itself how it is spelled.
--
-- A hook gets nil for NULL, as a program sees it; only where the type below is JSON, whose
-- null is another thing than NULL, corm.NULL comes as it is.

local core = require("corm.core")
local exc = require("corm.exc")
local engine = require("corm.types.engine")
local merged = require("corm.util.merged")
local select = require("corm.util.select")

local decorator = {}

---@class corm.types.Hooks
---@field impl? corm.types.TypeEngine the type that a decorator sits on
---@field cache_ok? boolean false: types made from the same arguments are not the same
---@field process_bind_param? fun(self, value, dialect): any
---@field process_result_value? fun(self, value, dialect): any
---@field process_literal_param? fun(self, value, dialect): any
---@field bind_processor? fun(self, dialect): fun(value: any): any
---@field result_processor? fun(self, dialect): fun(value: any): any
---@field literal_processor? fun(self, dialect): fun(value: any): string
---@field bind_expression? fun(self, bindvalue): any SQL around each parameter
---@field column_expression? fun(self, column): any SQL around each selected column
---@field coerce_compared_value? fun(self, op, value): any type of the other operand
---@field comparator_factory? table operators by name
---@field load_dialect_impl? fun(self, dialect): any
---@field get_col_spec? fun(self): string of a UserDefinedType: its SQL name

-- What a hook sees as `self` while the type is not made yet: its detail, then its class.
local function preview(detail, class)
    return setmetatable({}, {
        __index = function(_, name)
            local own = detail[name]
            if own == nil then
                own = class[name]
            end
            return own
        end,
    })
end

-- ---- TypeDecorator ----

-- The detail of a decorator is its implementation's with the class on top.
local function decorate(class, impl)
    return merged(core.pin(impl), { class = class, impl = impl, impl_instance = impl })
end

-- What load_dialect_impl(self, dialect) gets: dialect.name, and the type itself.
local function dialect_stub(name)
    return {
        name = name,
        type_descriptor = function(_, type_)
            return type_
        end,
    }
end

local function dialect_variants(class, detail)
    local variants = {}
    for _, name in ipairs({ "default", "postgresql", "sqlite" }) do
        local impl = class.load_dialect_impl(preview(detail, class), dialect_stub(name))
        if core.is_type(impl) and impl ~= detail.impl_instance then
            impl = impl:dialect_impl(name)
            local variant = decorate(class, impl)
            variant.variants = nil
            variants[#variants + 1] = {
                dialect = name, type = engine.object(variant), is_decorated = true,
            }
        end
    end
    return variants
end

-- A decorator on a type with variants decorates these too.
local function decorated_variants(class, impl)
    local variants = {}
    for i, variant in ipairs(impl.variants or {}) do
        variants[i] = {
            dialect = variant.dialect, is_decorated = true,
            type = engine.object(decorate(class, variant.type)),
        }
    end
    return #variants > 0 and variants or nil
end

local function new_decorator(class, ...)
    local impl = class.impl
    if not core.is_type(impl) then
        if class._name == "TypeDecorator" and select("#", ...) == 0 then
            return core.type({ class = class, kind = "null" })
        end
        exc.ArgumentError:raise("type %s needs `impl`, the type it sits on", class._name)
    end
    local detail = decorate(class, impl)
    class.__init(detail, ...)
    impl = detail.impl
    if class.load_dialect_impl then
        detail.variants = dialect_variants(class, detail)
    else
        detail.variants = decorated_variants(class, impl)
    end
    return engine.object(detail)
end

local TypeDecorator = { _name = "TypeDecorator", _new = new_decorator }
engine.derive(engine.TypeEngine, TypeDecorator)
decorator.TypeDecorator = engine.new(TypeDecorator)

---The default constructor: the arguments are those of the type below. An __init of one's own
---calls it as TypeDecorator.__init(self, …).
function TypeDecorator.__init(detail, ...)
    if select("#", ...) > 0 then
        for key, value in pairs(decorate(detail.class, detail.class.impl(...))) do
            detail[key] = value
        end
    end
end

engine.is_default_init[TypeDecorator.__init] = true

-- As a hook sees it: nil for NULL, but JSON's null stays what it is.
local function visible(self, value)
    if value == core.NULL and self.kind ~= "json" then
        return nil
    end
    return value
end

function TypeDecorator:process_bind(value, dialect)
    if self.process_bind_param then
        value = self:process_bind_param(visible(self, value), dialect)
    end
    if self.class.bind_processor ~= TypeDecorator.bind_processor then
        return engine.TypeEngine.process_bind(self, value, dialect)
    end
    return self.impl_instance:process_bind(value, dialect)
end

function TypeDecorator:process_result(value, dialect)
    if self.class.result_processor ~= TypeDecorator.result_processor then
        value = engine.TypeEngine.process_result(self, value, dialect)
    else
        value = self.impl_instance:process_result(value, dialect)
    end
    if self.process_result_value then
        value = self:process_result_value(value, dialect)
    end
    return value
end

function TypeDecorator:process_literal(value, dialect)
    if self.class.literal_processor ~= TypeDecorator.literal_processor then
        return engine.TypeEngine.process_literal(self, value, dialect)
    elseif self.process_literal_param then
        value = self:process_literal_param(visible(self, value), dialect)
    elseif self.process_bind_param then
        value = self:process_bind_param(visible(self, value), dialect)
    end
    return self.impl_instance:process_literal(value, dialect)
end

function TypeDecorator:compare_values(x, y)
    return self.impl_instance:compare_values(x, y)
end

-- ---- UserDefinedType ----

-- UserDefinedType:extend("POINT", {get_col_spec = function(self) return "POINT" end})
local function new_user_defined(class, ...)
    local detail = { class = class, kind = "user", name = class._name }
    class.__init(detail, ...)
    if class.get_col_spec then
        detail.name = class.get_col_spec(preview(detail, class))
    end
    return engine.object(detail)
end

local UserDefinedType = { _name = "UserDefinedType", _new = new_user_defined }
engine.derive(engine.TypeEngine, UserDefinedType)

function UserDefinedType.__init(detail, ...)
    if select("#", ...) > 0 then
        exc.ArgumentError:raise("%s takes no arguments", detail.class._name)
    end
end

engine.is_default_init[UserDefinedType.__init] = true
decorator.UserDefinedType = engine.new(UserDefinedType)

function UserDefinedType:process_bind(value, dialect)
    if self.process_bind_param then
        value = self:process_bind_param(visible(self, value), dialect)
    end
    return engine.TypeEngine.process_bind(self, value, dialect)
end

function UserDefinedType:process_result(value, dialect)
    value = engine.TypeEngine.process_result(self, value, dialect)
    if self.process_result_value then
        value = self:process_result_value(value, dialect)
    end
    return value
end

return decorator
