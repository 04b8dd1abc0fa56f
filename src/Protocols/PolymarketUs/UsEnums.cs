using System.Text.Json.Serialization;

namespace Oddswire.Protocols.PolymarketUs;

// The first value of each stands for names that are not known.

[UsPrefix("MARKET_STATE_")]
[JsonConverter(typeof(UsEnumConverter<UsMarketState>))]
public enum UsMarketState : byte { Unspecified, Open, Preopen, Suspended, Halted, Expired, Terminated, MatchAndCloseAuction, Closed }

[UsPrefix("ORDER_SIDE_")]
[JsonConverter(typeof(UsEnumConverter<UsOrderSide>))]
public enum UsOrderSide : byte { Unspecified, Buy, Sell }

[UsPrefix("ORDER_TYPE_")]
[JsonConverter(typeof(UsEnumConverter<UsOrderType>))]
public enum UsOrderType : byte { Unspecified, Limit, Market }

[UsPrefix("TIME_IN_FORCE_")]
[JsonConverter(typeof(UsEnumConverter<UsTimeInForce>))]
public enum UsTimeInForce : byte { Unspecified, Day, GoodTillCancel, GoodTillDate, ImmediateOrCancel, FillOrKill }

[UsPrefix("ORDER_INTENT_")]
[JsonConverter(typeof(UsEnumConverter<UsOrderIntent>))]
public enum UsOrderIntent : byte { Undefined, BuyLong, BuyShort, SellLong, SellShort }

[UsPrefix("ORDER_STATE_")]
[JsonConverter(typeof(UsEnumConverter<UsOrderState>))]
public enum UsOrderState : byte { Unspecified, New, PendingNew, PendingReplace, PendingCancel, PendingRisk, PartiallyFilled, Filled, Canceled, Replaced, Rejected, Expired }

[UsPrefix("EXECUTION_TYPE_")]
[JsonConverter(typeof(UsEnumConverter<UsExecutionType>))]
public enum UsExecutionType : byte { Unspecified, New, PartialFill, Fill, Canceled, Replace, Rejected, Expired, DoneForDay }

[UsPrefix("ORD_REJECT_REASON_")]
[JsonConverter(typeof(UsEnumConverter<UsRejectReason>))]
public enum UsRejectReason : byte
{
    Unspecified, ExchangeOption, UnknownMarket, ExchangeClosed, IncorrectQuantity, InvalidPriceIncrement, IncorrectOrderType, PriceOutOfBounds, NoLiquidity,
}

[UsPrefix("UNSOLICITED_CXL_REASON_")]
[JsonConverter(typeof(UsEnumConverter<UsCancelReason>))]
public enum UsCancelReason : byte { Unspecified, ConnectionLoss, Logout, ExchangeOption, Other }

[UsPrefix("OUTCOME_SIDE_")]
[JsonConverter(typeof(UsEnumConverter<UsOutcomeSide>))]
public enum UsOutcomeSide : byte { Unspecified, Yes, No }

[UsPrefix("ORDER_ACTION_")]
[JsonConverter(typeof(UsEnumConverter<UsOrderAction>))]
public enum UsOrderAction : byte { Unspecified, Buy, Sell }

[UsPrefix("TRADE_STATE_")]
[JsonConverter(typeof(UsEnumConverter<UsTradeState>))]
public enum UsTradeState : byte { Unspecified, New }

[UsPrefix("LEDGER_ENTRY_TYPE_")]
[JsonConverter(typeof(UsEnumConverter<UsLedgerEntryType>))]
public enum UsLedgerEntryType : byte
{
    Undefined, OrderExecution, Deposit, Withdrawal, Resolution, Commission, Correction, Netting, ManualAdjustment, ContractExpiration,
}
