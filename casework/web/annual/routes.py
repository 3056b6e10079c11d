"""The pages of the annual table (年度统计表): the table, the cases behind a cell, hand entries."""
