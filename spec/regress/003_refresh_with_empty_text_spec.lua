-- SPDX-License-Identifier: MIT
-- Symptom: undefined behaviour (a copy to NULL, seen by the sanitizer) when an expired object
-- whose only text or bytes are empty was refreshed.
-- Cause: cells without bytes ask for no block, and the empty text was copied into it anyway.
-- Fix: empty text needs no block.
local helper = require("spec.helper")
local corm = require("corm")

helper.each_database(function(db)
    it("an expired object reads back its empty text and bytes", function()
        local Base = corm.declarative_base()
        local Note = Base:extend("Note", {
            __tablename = "note",
            id = corm.Column(corm.Integer, { primary_key = true }),
            text = corm.Column(corm.String),
            data = corm.Column(corm.LargeBinary),
        })
        local engine = corm.create_engine(db.url)
        Base.metadata:create_all(engine)
        local session = corm.Session(engine)
        local note = Note({ text = "", data = "" })
        session:add(note)
        session:commit()
        assert.equal("", note.text)
        session:expire(note)
        assert.equal("", note.data)
        session:close()
        engine:dispose()
    end)
end)
