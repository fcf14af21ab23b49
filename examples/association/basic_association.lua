-- SPDX-License-Identifier: MIT
-- An association object: orders and items are many to many, and what joins an order to an
-- item is an object of its own, since it knows something neither of them does, the price.
--
--     ./dev run examples/association/basic_association.lua [--url URL] [--echo]

local corm = require("corm")
local Column, Integer, String = corm.Column, corm.Integer, corm.String
local DateTime, Double, ForeignKey = corm.DateTime, corm.Double, corm.ForeignKey
local relationship, select, Session = corm.relationship, corm.select, corm.Session

local Base = corm.declarative_base()

local Order = Base:extend("Order", {
    __tablename = "order",
    order_id = Column(Integer, { primary_key = true }),
    customer_name = Column(String(30), { nullable = false }),
    order_date = Column(DateTime, { nullable = false, default = corm.datetime.now() }),
    order_items = relationship("OrderItem", {
        cascade = "all, delete-orphan",
        backref = "order",
    }),
})

function Order:__init(customer_name)
    self.customer_name = customer_name
end

local Item = Base:extend("Item", {
    __tablename = "item",
    item_id = Column(Integer, { primary_key = true }),
    description = Column(String(30), { nullable = false }),
    price = Column(Double, { nullable = false }),
})

function Item:__init(description, price)
    self.description = description
    self.price = price
end

function Item:__tostring()
    return ("Item('%s', %s)"):format(self.description, self.price)
end

local OrderItem = Base:extend("OrderItem", {
    __tablename = "orderitem",
    order_id = Column(ForeignKey("order.order_id"), { primary_key = true }),
    item_id = Column(ForeignKey("item.item_id"), { primary_key = true }),
    price = Column(Double, { nullable = false }),
    item = relationship("Item", { lazy = "joined" }),
})

---@param price? number what was paid; the item's price unless given
function OrderItem:__init(item, price)
    self.item = item
    self.price = price or item.price
end

local function print_list(texts)
    print("[" .. table.concat(texts, ", ") .. "]")
end

-- The catalog: four items, by name.
local function add_items(session)
    local tshirt = Item("SA T-Shirt", 10.99)
    local mug = Item("SA Mug", 6.50)
    local hat = Item("SA Hat", 8.99)
    local crowbar = Item("MySQL Crowbar", 16.99)
    session:add_all({ tshirt, mug, hat, crowbar })
    session:commit()
    return { tshirt = tshirt, mug = mug, hat = hat, crowbar = crowbar }
end

local function add_order(session, items)
    local order = Order("john smith")
    order.order_items:append(OrderItem(items.mug))
    order.order_items:append(OrderItem(items.crowbar, 10.99))
    order.order_items:append(OrderItem(items.hat))
    session:add(order)
    session:commit()
end

local function print_order(session)
    local order = session:scalars(select(Order):filter_by({ customer_name = "john smith" })):one()
    local lines = {}
    for i, order_item in ipairs(order.order_items) do
        lines[i] = ("('%s', %s)"):format(order_item.item.description, order_item.price)
    end
    print_list(lines)
end

-- Who bought a crowbar for less than its price?
local function print_bargains(session)
    local names = {}
    local orders = select(Order)
        :join(OrderItem)
        :join(Item)
        :where(Item.description:eq("MySQL Crowbar"), Item.price:gt(OrderItem.price))
    for order in session:scalars(orders) do
        names[#names + 1] = ("'%s'"):format(order.customer_name)
    end
    print_list(names)
end

local function run(engine)
    Base.metadata:create_all(engine)
    local session <close> = Session(engine)
    add_order(session, add_items(session))
    print_order(session)
    print_bargains(session)
end

local function main()
    local url, echo = os.getenv("CORM_URL") or "sqlite://", false
    for i, word in ipairs(arg) do
        url = word == "--url" and arg[i + 1] or url
        echo = word == "--echo" or echo
    end
    local engine = corm.create_engine(url, { echo = echo })
    run(engine)
    if engine.dialect.name ~= "sqlite" then -- leave a server as it was
        Base.metadata:drop_all(engine)
    end
    engine:dispose()
end

if arg and arg[0]:find("basic_association.lua", 1, true) then
    main()
end

return { Base = Base, Order = Order, Item = Item, OrderItem = OrderItem, run = run }
