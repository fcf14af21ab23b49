-- SPDX-License-Identifier: MIT
-- The model and the rules of a small bank; embed.c is the program that uses them.
-- luacheck: globals bank
local corm = require("corm")
local Column, Integer, Numeric, String = corm.Column, corm.Integer, corm.Numeric, corm.String

local Base = corm.declarative_base()

local Account = Base:extend("Account", {
    __tablename = "account",
    id = Column(Integer, { primary_key = true }),
    owner = Column(String, { nullable = false, unique = true }),
    balance = Column(Numeric(10, 2), { nullable = false }),
})

bank = {}

function bank.open(url)
    local engine = corm.create_engine(url)
    Base.metadata:create_all(engine)
    return corm.Session(engine)
end

function bank.open_account(session, owner, balance)
    local account = Account({ owner = owner, balance = corm.decimal(balance) })
    session:add(account)
    session:commit()
    return account
end

function bank.account_of(session, owner)
    return session:scalars(corm.select(Account):where(Account.owner:eq(owner))):one()
end

function bank.accounts(session)
    return session:scalars(corm.select(Account):order_by(Account.owner)):all()
end

function bank.transfer(session, from, to, amount)
    amount = corm.decimal(amount)
    local payer = bank.account_of(session, from)
    local payee = bank.account_of(session, to)
    if payer.balance < amount then
        corm.exc.InvalidRequestError:raise("%s has only %s", from, payer.balance)
    end
    payer.balance = payer.balance - amount
    payee.balance = payee.balance + amount
    session:commit()
end
