-- SPDX-License-Identifier: MIT
-- Nothing is closed: a half-read result, a transaction, a session with pending changes and a
-- suspended coroutine are left to the garbage collector.
local corm = require("corm")

local Base = corm.declarative_base()

local Note = Base:extend("Note", {
    __tablename = "note",
    id = corm.Column(corm.Integer, { primary_key = true }),
    text = corm.Column(corm.Text),
})

local function run()
    local engine = corm.create_engine("sqlite://")
    Base.metadata:create_all(engine)

    local session = corm.Session(engine)
    session:add_all({ Note({ text = "a" }), Note({ text = "b" }) })
    session:commit()
    assert(session:scalars(corm.select(Note)):all()[2]).text = "changed"
    session:add(Note({ text = "c" }))

    local reader = coroutine.wrap(function()
        for row in session:execute(corm.select(Note.text)) do
            coroutine.yield(row.text)
        end
    end)
    assert(reader() == "a")
end

return run
