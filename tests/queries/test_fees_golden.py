"""Three years of bills of two small estates, worked out by hand to the cent, through the whole pipeline.

The estates are 东园 (bills that begin with A; homes 101, 102, 103, one held by the developer, 201, and one vacant, 202)
and 西园 (bills that begin with B; homes 101 to 104). A bill's name ends in its year, and a or b is its half of it.
What is open on each bill of the property fee at four dates stands in OPEN, with how it came about; from it and from
the payments follow the figures in WORKED, each with its sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from queries.figures import Figure, Figures, open_figures
from tests.queries.conftest import Loader

BILLS = """
bill_id,fee_item,community,room,unit_state,period_start,period_end,due_on,amount_due,amount_waived,waived_on,amount_offset,offset_on,是否分期
A1-23,物业服务费,东园,101,已入住,2023-01-01,2023-12-31,2023-03-31,1200.00,,,,,
A2-23,物业服务费,东园,102,已入住,2023-01-01,2023-12-31,2023-03-31,1200.00,,,,,
A3-23,物业服务费,东园,103,已入住,2023-01-01,2023-12-31,2023-03-31,1200.00,,,,,
A4-23,物业服务费,东园,201,开发商自持,2023-01-01,2023-12-31,2023-03-31,900.00,,,,,
A5-23,物业服务费,东园,202,空置,2023-01-01,2023-12-31,2023-03-31,900.00,270.00,,,,
B1-23,物业服务费,西园,101,已入住,2023-01-01,2023-12-31,2023-03-31,800.50,,,,,
B2-23,物业服务费,西园,102,已入住,2023-01-01,2023-12-31,2023-03-31,800.50,100.50,,,,
B3-23,物业服务费,西园,103,已入住,2023-01-01,2023-12-31,2023-03-31,800.50,,,,,
A1-24a,物业服务费,东园,101,已入住,2024-01-01,2024-06-30,2024-03-31,600.00,,,,,
A1-24b,物业服务费,东园,101,已入住,2024-07-01,2024-12-31,2024-09-30,600.00,,,,,
A2-24a,物业服务费,东园,102,已入住,2024-01-01,2024-06-30,2024-03-31,600.00,,,,,是
A2-24b,物业服务费,东园,102,已入住,2024-07-01,2024-12-31,2024-09-30,600.00,,,,,
A3-24a,物业服务费,东园,103,已入住,2024-01-01,2024-06-30,2024-03-31,600.00,,,,,
A3-24b,物业服务费,东园,103,已入住,2024-07-01,2024-12-31,2024-09-30,600.00,,,,,
A4-24,物业服务费,东园,201,开发商自持,2024-01-01,2024-12-31,2024-03-31,900.00,,,,,
A5-24,物业服务费,东园,202,空置,2024-01-01,2024-12-31,2024-03-31,900.00,,,200.00,,
B1-24a,物业服务费,西园,101,已入住,2024-01-01,2024-06-30,2024-03-31,400.25,,,,,
B1-24b,物业服务费,西园,101,已入住,2024-07-01,2024-12-31,2024-09-30,400.25,,,,,
B2-24a,物业服务费,西园,102,已入住,2024-01-01,2024-06-30,2024-03-31,400.25,,,,,
B2-24b,物业服务费,西园,102,已入住,2024-07-01,2024-12-31,2024-09-30,400.25,,,,,
B3-24a,物业服务费,西园,103,已入住,2024-01-01,2024-06-30,2024-03-31,400.25,,,,,
B3-24b,物业服务费,西园,103,已入住,2024-07-01,2024-12-31,2024-09-30,400.25,,,,,
A1-25a,物业服务费,东园,101,已入住,2025-01-01,2025-06-30,2025-03-31,600.00,,,,,
A1-25b,物业服务费,东园,101,已入住,2025-07-01,2025-12-31,2025-09-30,600.00,,,,,
A2-25a,物业服务费,东园,102,已入住,2025-01-01,2025-06-30,2025-03-31,600.00,,,,,是
A2-25b,物业服务费,东园,102,已入住,2025-07-01,2025-12-31,2026-01-31,600.00,,,,,
A3-25a,物业服务费,东园,103,已入住,2025-01-01,2025-06-30,2025-03-31,600.00,75.00,2025-08-15,,,
A3-25b,物业服务费,东园,103,已入住,2025-07-01,2025-12-31,2025-09-30,600.00,,,100.00,2025-10-10,
A4-25,物业服务费,东园,201,开发商自持,2025-01-01,2025-12-31,2025-03-31,900.00,,,,,
A5-25,物业服务费,东园,202,空置,2025-01-01,2025-12-31,2025-03-31,900.00,270.00,,,,
B1-25a,物业服务费,西园,101,已入住,2025-01-01,2025-06-30,2025-03-31,400.25,,,,,
B1-25b,物业服务费,西园,101,已入住,2025-07-01,2025-12-31,2025-09-30,400.25,,,,,
B2-25a,物业服务费,西园,102,已入住,2025-01-01,2025-06-30,2025-03-31,400.25,,,,,
B2-25b,物业服务费,西园,102,已入住,2025-07-01,2025-12-31,2025-09-30,400.25,,,,,
B3-25a,物业服务费,西园,103,已入住,2025-01-01,2025-06-30,2025-03-31,400.25,,,,,
B3-25b,物业服务费,西园,103,已入住,2025-07-01,2025-12-31,2025-12-31,400.25,,,,,
B4-25,物业服务费,西园,104,已入住,2025-01-01,2025-06-30,2025-03-31,400.25,,,,,
B4-25r,物业服务费,西园,104,已入住,2025-01-01,2025-06-30,2025-03-31,-400.25,,,,,
B1-26a,物业服务费,西园,101,已入住,2026-01-01,2026-06-30,2026-03-31,400.25,,,,,
P1-24,停车费,东园,101,已入住,2024-01-01,2024-12-31,2024-03-31,720.00,,,,,
P2-24,停车费,西园,102,已入住,2024-01-01,2024-12-31,2024-03-31,720.00,,,,,
P1-25,停车费,东园,101,已入住,2025-01-01,2025-12-31,2025-03-31,720.00,,,,,
P2-25,停车费,西园,102,已入住,2025-01-01,2025-12-31,2025-03-31,720.00,,,,,
D1-24,装修押金,东园,103,已入住,2024-05-01,2024-12-31,2024-05-31,2000.00,,,,,
L1-24,物业费违约金,东园,102,已入住,2024-04-01,2024-12-31,2024-04-30,33.33,,,,,
U1-24,代收水费,西园,101,已入住,2024-02-01,2024-02-29,2024-03-31,55.10,,,,,
"""
PAYMENTS = """
payment_id,bill_id,paid_on,amount,channel
1,A1-23,2023-03-15,1200.00,微信
2,A2-23,2023-06-01,500.00,现金
3,A5-23,2023-12-20,400.00,银行转账
4,B1-23,2023-04-01,800.50,微信
5,B2-23,2023-04-02,300.00,现金
6,B3-23,2023-04-03,800.50,支付宝
7,B3-23,2023-04-05,800.50,支付宝
8,B3-23,2024-01-20,-800.50,支付宝
9,A1-24a,2024-02-01,600.00,微信
10,A1-24b,2024-02-01,600.00,微信
11,A2-23,2024-04-10,200.00,现金
12,A2-24a,2024-04-10,250.00,现金
13,A4-23,2024-05-20,900.00,银行转账
14,B1-24a,2024-03-01,400.25,微信
15,B3-24a,2024-03-30,500.25,支付宝
16,B1-24b,2024-09-01,400.25,微信
17,B2-23,2024-09-09,400.00,
18,B2-24a,2024-09-09,400.25,业主APP
19,B3-24b,2024-09-30,300.25,支付宝
20,A1-25a,2024-12-20,600.00,微信
21,A4-24,2024-12-30,450.00,银行转账
22,B2-24b,2025-01-01,400.25,业主APP
23,A4-24,2025-01-02,450.00,银行转账
24,A2-23,2025-02-20,150.00,现金
25,A2-24a,2025-02-20,100.00,现金
26,A2-25a,2025-02-20,120.00,现金
27,B1-25a,2025-03-01,400.25,微信
28,B1-25a,2025-03-02,400.25,微信
29,A3-24b,2025-03-12,540.00,微信
30,B3-25a,2025-03-31,400.25,支付宝
31,A2-25a,2025-04-20,120.00,现金
32,A3-23,2025-04-30,200.00,现金
33,B2-25a,2025-06-29,400.25,业主APP
34,A2-25a,2025-06-30,120.00,微信
35,A2-25a,2025-07-01,120.00,微信
36,A5-24,2025-07-31,300.00,现金
37,A1-25b,2025-07-31,600.00,微信
38,A3-25a,2025-08-20,525.00,微信
39,B1-25b,2025-09-15,400.25,微信
40,A3-25b,2025-11-11,300.00,微信
41,A3-25b,2025-12-12,-50.00,微信
42,B1-26a,2025-12-15,400.25,微信
43,A5-25,2025-12-31,630.00,银行转账
44,B2-25b,2026-01-03,400.25,业主APP
45,P1-24,2024-01-15,720.00,微信
46,P2-24,2024-02-15,200.00,现金
47,P1-25,2025-01-15,720.00,微信
48,D1-24,2024-05-05,2000.00,现金
49,D1-24,2025-02-05,-2000.00,银行转账
50,U1-24,2024-03-03,55.10,微信
"""
ADJUSTMENTS = """
bill_id,on,kind,amount
B2-23,2024-07-15,减免,100.50
A3-23,2024-12-15,核销,1200.00
A5-23,2025-11-30,核销,230.00
A5-24,2024-08-01,预存抵扣,200.00
A3-24b,2025-03-10,减免,60.00
A3-25a,2025-06-30,减免,50.00
A3-25a,2025-08-15,减免,25.00
"""
END_2023, END_2024 = date(2023, 12, 31), date(2024, 12, 31)
MID_2025, END_2025 = date(2025, 6, 30), date(2025, 12, 31)
OPEN = """
bill   | 31.12.23 | 31.12.24 | 30.06.25 | 31.12.25 | how
A1-23  |     0.00 |     0.00 |     0.00 |     0.00 | paid in March 2023
A2-23  |   700.00 |   500.00 |   350.00 |   350.00 | 1200 − 500 in 2023 − 200 in April 2024 − 150 in February 2025
A3-23  |  1200.00 |     0.00 |     0.00 |     0.00 | written off in December 2024; 200 paid after all in April 2025
A4-23  |   900.00 |     0.00 |     0.00 |     0.00 | the developer paid in May 2024
A5-23  |   230.00 |   230.00 |   230.00 |     0.00 | 900 − 270 waived, undated − 400; written off in November 2025
B1-23  |     0.00 |     0.00 |     0.00 |     0.00 | paid in April 2023
B2-23  |   500.50 |     0.00 |     0.00 |     0.00 | 800.50 − 300; in 2024 − 100.50 waived − 400
B3-23  |     0.00 |     0.00 |     0.00 |     0.00 | paid twice in April 2023, refunded in January 2024
A1-24a |        - |     0.00 |     0.00 |     0.00 | paid in February 2024
A1-24b |        - |     0.00 |     0.00 |     0.00 | paid on the same day, before its period began
A2-24a |        - |   350.00 |   250.00 |   250.00 | 600 − 250 in April 2024 − 100 in February 2025
A2-24b |        - |   600.00 |   600.00 |   600.00 | nothing
A3-24a |        - |   600.00 |   600.00 |   600.00 | nothing
A3-24b |        - |   600.00 |     0.00 |     0.00 | 60 waived (the register says) and 540 paid in March 2025
A4-24  |        - |   450.00 |     0.00 |     0.00 | 450 on 30 December 2024, 450 on 2 January 2025
A5-24  |        - |   700.00 |   700.00 |   400.00 | 900 − 200 offset in August 2024 − 300 in July 2025
B1-24a |        - |     0.00 |     0.00 |     0.00 | paid in March 2024
B1-24b |        - |     0.00 |     0.00 |     0.00 | paid in September 2024
B2-24a |        - |     0.00 |     0.00 |     0.00 | paid in September 2024
B2-24b |        - |   400.25 |     0.00 |     0.00 | paid on New Year's Day 2025
B3-24a |        - |     0.00 |     0.00 |     0.00 | 500.25 paid: 100.00 overpaid
B3-24b |        - |   100.00 |   100.00 |   100.00 | 400.25 − 300.25; what is overpaid on B3-24a does not settle it
A1-25a |        - |        - |     0.00 |     0.00 | prepaid in December 2024
A1-25b |        - |        - |        - |     0.00 | paid in July 2025
A2-25a |        - |        - |   240.00 |   120.00 | 600 − 3 × 120 by 30 June − 120 on 1 July
A2-25b |        - |        - |        - |   600.00 | nothing; due on 31 January 2026
A3-25a |        - |        - |   550.00 |     0.00 | 600 − 50 waived on 30 June; 25 more waived and 525 paid in August
A3-25b |        - |        - |        - |   250.00 | 600 − 100 offset − 300 paid + 50 refunded
A4-25  |        - |        - |   900.00 |   900.00 | the developer has paid nothing
A5-25  |        - |        - |   630.00 |     0.00 | 900 − 270 waived, undated; 630 on 31 December
B1-25a |        - |        - |     0.00 |     0.00 | paid twice in March 2025: 400.25 overpaid
B1-25b |        - |        - |        - |     0.00 | paid in September 2025
B2-25a |        - |        - |     0.00 |     0.00 | paid on 29 June 2025
B2-25b |        - |        - |        - |   400.25 | paid on 3 January 2026
B3-25a |        - |        - |     0.00 |     0.00 | paid in March 2025
B3-25b |        - |        - |        - |   400.25 | nothing; due on 31 December 2025
B4-25  |        - |        - |   400.25 |   400.25 | billed by mistake
B4-25r |        - |        - |  -400.25 |  -400.25 | and reversed
"""
WORKED: Mapping[tuple[int, date], Mapping[str, Mapping[str, Any]]] = {
    (2024, END_2024): {
        # 6 × 600.00 + 2 × 900.00 = 5,400.00 in 东园, 6 × 400.25 = 2,401.50 in 西园
        "amount_due": {"value": 7801.50, "n": 14},
        # 东园 600 + 600 + 250 + 450 + 200 offset; 西园 4 × 400.25 + 300.25; 100.00 too many on B3-24a
        "amount_collected": {"value": 4001.25, "overpaid_amount": 100.00},
        "collection_rate": {
            "numerator": 4001.25, "denominator": 7801.50, "waived_amount": 0, "written_off_amount": 0,
            "developer_held_due_amount": 900.00, "developer_held_collected_amount": 450.00,
            "vacant_due_amount": 900.00, "vacant_collected_amount": 200.00,
        },
        # only first halves are old enough on 31 December: 600 + 250 + 0 + 3 × 400.25 of 3 × 600 + 3 × 400.25
        "collection_within_90_days": {"numerator": 2050.75, "denominator": 3000.75, "n": 6, "too_young_count": 8},
        # opening 700 + 1200 + 900 + 230 + 500.50; less 100.50 waived. Came in: 200 + 900 + 400. B3's refund takes
        # nothing back that had counted, and the write-off of 1,200.00 leaves the denominator as it is
        "arrears_recovery_rate": {
            "numerator": 1500.00, "denominator": 3430.00, "opening_amount": 3530.50, "waived_amount": 100.50,
            "written_off_amount": 1200.00,
        },
        "combined_collection_rate": {"numerator": 5501.25, "denominator": 11231.50},
        # in full: 东园 101, 西园 101. Nothing: 东园 103. A part: 东园 102, 201, 202, 西园 102, 103
        "household_collection_rate": {
            "numerator": 2, "denominator": 8, "part_payer_count": 5, "non_payer_count": 1, "nothing_due_count": 0,
        },
        # 730.00 of 2023, 350 + 600 + 600 + 600 + 450 + 700 = 3,300.00 and 400.25 + 100.00 of 2024
        "balance": {"value": 4530.25, "developer_held_amount": 450.00, "vacant_amount": 930.00},
        "arrears_amount": {"value": 4530.25},
        "arrears_ageing": {"value": 4530.25, "over_1_year_amount": 730.00, "over_3_years_amount": 0},
        "waiver_rate": {"numerator": 0, "denominator": 7801.50},
        # online 600 + 600 + 400.25 + 500.25 + 400.25 + 400.25 + 300.25 + 600 prepaid; else 200 + 250 + 900 + 450
        "online_payment_share": {
            "numerator": 3801.25, "denominator": 5601.25, "refund_count": 1, "channel_unknown_count": 1,
        },
        "instalment_share": {"numerator": 600.00, "denominator": 7801.50, "instalment_collected_amount": 250.00},
        "overpaid_amount": {"value": 100.00, "n": 1},
        "written_off_amount": {"value": 1200.00, "n": 1},
    },
    (2025, MID_2025): {
        # 3 × 600.00 + 2 × 900.00 = 3,600.00 in 东园, 3 × 400.25 = 1,200.75 in 西园, B4 reversed
        "amount_due": {"value": 4800.75, "n": 10},
        # 600 + 360 in 东园, 3 × 400.25 in 西园
        "amount_collected": {"value": 2160.75, "overpaid_amount": 400.25},
        # waived 50 (the other 25 are not yet known) + 270 undated
        "collection_rate": {
            "numerator": 2160.75, "denominator": 4480.75, "waived_amount": 320.00,
            "developer_held_due_amount": 900.00, "developer_held_collected_amount": 0,
            "vacant_due_amount": 630.00, "vacant_collected_amount": 0,
        },
        "collection_within_90_days": {"value": None, "n": 0, "too_young_count": 10},
        # came in 150 + 200 + 100 + 540 + 450 + 400.25; the 200.00 on the bill written off are owed again
        "arrears_recovery_rate": {
            "numerator": 1840.25, "denominator": 4670.25, "opening_amount": 4530.25, "waived_amount": 60.00,
            "written_off_amount": -200.00,
        },
        "combined_collection_rate": {"numerator": 4001.00, "denominator": 9151.00},
        # in full: 东园 101, 西园 101, 102, 103. A part: 东园 102. Nothing: 103, 201, 202. 西园 104 owes nothing
        "household_collection_rate": {
            "numerator": 4, "denominator": 8, "part_payer_count": 1, "non_payer_count": 3, "nothing_due_count": 1,
        },
        # 350 + 230 of 2023, 250 + 600 + 600 + 700 + 100 of 2024, 240 + 550 + 900 + 630 of 2025
        "balance": {"value": 5150.00, "developer_held_amount": 900.00, "vacant_amount": 1560.00},
        "arrears_amount": {"value": 5150.00},
        "arrears_ageing": {"value": 5150.00, "over_1_year_amount": 2130.00, "longest_days_past_due": 822},
        "waiver_rate": {"numerator": 320.00, "denominator": 4800.75, "waived_bill_count": 2},
        # online 5 × 400.25 + 540 + 120; else 450 + 150 + 100 + 120 + 120 + 200
        "online_payment_share": {"numerator": 2661.25, "denominator": 3801.25, "refund_count": 0},
        "instalment_share": {"numerator": 600.00, "denominator": 4480.75, "instalment_collected_amount": 360.00},
        "overpaid_amount": {"value": 500.25, "n": 2},
        "written_off_amount": {"value": 1000.00, "n": 1},
    },
    (2025, END_2025): {
        "amount_due": {"value": 7801.50, "n": 16},
        # 600 + 600 + 480 + 525 + 350 + 630 = 3,185.00 in 东园, 4 × 400.25 in 西园
        "amount_collected": {"value": 4786.00, "overpaid_amount": 400.25},
        "collection_rate": {
            "numerator": 4786.00, "denominator": 7456.50, "waived_amount": 345.00, "written_off_amount": 0,
            "developer_held_due_amount": 900.00, "developer_held_collected_amount": 0,
            "vacant_due_amount": 630.00, "vacant_collected_amount": 630.00,
        },
        # first halves by 28 September: 600 + 480 + 525 + 3 × 400.25 of 600 + 600 + 525 + 3 × 400.25
        "collection_within_90_days": {"numerator": 2805.75, "denominator": 2925.75, "n": 8, "too_young_count": 8},
        # and 300 more in the second half; 230 written off, 200 paid after a write-off
        "arrears_recovery_rate": {
            "numerator": 2140.25, "denominator": 4670.25, "opening_amount": 4530.25, "waived_amount": 60.00,
            "written_off_amount": 30.00,
        },
        "combined_collection_rate": {"numerator": 6926.25, "denominator": 12126.75},
        # in full: 东园 101, 202, 西园 101. A part: 东园 102, 103, 西园 102, 103. Nothing: 东园 201
        "household_collection_rate": {
            "numerator": 3, "denominator": 8, "part_payer_count": 4, "non_payer_count": 1, "nothing_due_count": 1,
        },
        # 350 of 2023, 250 + 600 + 600 + 400 + 100 of 2024, 120 + 600 + 250 + 900 + 2 × 400.25 of 2025
        "balance": {"value": 4970.50, "developer_held_amount": 900.00, "vacant_amount": 400.00},
        # but A2-25b, due in 2026
        "arrears_amount": {"value": 4370.50},
        "arrears_ageing": {"value": 4370.50, "over_1_year_amount": 2300.00, "longest_days_past_due": 1006},
        "waiver_rate": {"numerator": 345.00, "denominator": 7801.50, "waived_bill_count": 2},
        # online 2,661.25 + 120 + 600 + 525 + 400.25 + 300 + 400.25 prepaid for 2026; else 1,140 + 300 + 630
        "online_payment_share": {"numerator": 5006.75, "denominator": 7076.75, "refund_count": 1},
        "instalment_share": {"numerator": 600.00, "denominator": 7456.50, "instalment_collected_amount": 480.00},
        "overpaid_amount": {"value": 500.25, "n": 2},
        "written_off_amount": {"value": 1230.00, "n": 2},
    },
}  # fmt: skip
AGEING = {
    # bills of 2023 were due 641 days before, 2024a 275 (350 + 600 + 450 + 700), 2024b 92 (600 + 600 + 400.25 + 100)
    (2024, END_2024): {"1_to_2_years": 730.00, "181_to_365_days": 2100.00, "91_to_180_days": 1700.25},
    # 2023 822 (350 + 230), 2024a 456 (250 + 600 + 700), 2024b 273 (600 + 100), 2025a 91
    (2025, MID_2025): {
        "2_to_3_years": 580.00, "1_to_2_years": 1550.00, "181_to_365_days": 700.00, "91_to_180_days": 2320.00,
    },
    # 2023 1,006, 2024 640 and 457 (1,250 + 700), 2025a 275 (120 + 900), 2025b 92 (250 + 400.25), B3-25b 0
    (2025, END_2025): {
        "2_to_3_years": 350.00, "1_to_2_years": 1950.00, "181_to_365_days": 1020.00, "91_to_180_days": 650.25,
        "up_to_90_days": 400.25,
    },
}  # fmt: skip
MONTH_ENDS_2025 = [date(2025, month + 1, 1) - date.resolution for month in range(1, 12)] + [END_2025]


@pytest.fixture(scope="module")
def figures(company: Loader) -> Iterator[Figures]:
    """The two estates, loaded."""
    with open_figures(company({"bills": BILLS, "payments": PAYMENTS, "bill_adjustments": ADJUSTMENTS})) as figures:
        yield figures


def found(figure: Figure, name: str) -> Any:
    """A field of the figure or one of its details; money as a number."""
    value = getattr(figure, name) if hasattr(figure, name) else figure.details[name]
    return float(value) if isinstance(value, Decimal) else value


def yuan(figure: Figure, *names: str) -> list[Decimal]:
    """Amounts of a figure, exact to the cent; nothing counted is nothing owed."""
    return [Decimal(str(found(figure, name) or 0)).quantize(Decimal("0.01")) for name in names]


def worked_open(column: int) -> dict[str, float]:
    """What is open on each bill by column `column` of OPEN, bills with nothing open left out."""
    rows = [[cell.strip() for cell in line.split("|")] for line in OPEN.strip().splitlines()[1:]]
    return {row[0]: float(row[column]) for row in rows if row[column] not in ("-", "0.00")}


@pytest.mark.parametrize(("column", "last_day"), list(enumerate((END_2023, END_2024, MID_2025, END_2025), start=1)))
def test_every_bill_owes_what_was_worked_out(figures: Figures, column: int, last_day: date) -> None:
    """Bill by bill, at four dates; prepaid bills of a later year are not among them."""
    rows = figures.evidence("balance", last_day.year, as_of=last_day)
    assert dict(zip(rows.evidence_id, rows.value.astype(float), strict=True)) == worked_open(column)


@pytest.mark.parametrize("asked", WORKED, ids=str)
def test_every_fee_metric_gives_what_was_worked_out(figures: Figures, asked: tuple[int, date]) -> None:
    """For two years and in the middle of one, to the cent, and no metric is left out."""
    in_folder = {name for name, metric in figures.catalog.items() if metric.path.parent.name == "fees"}
    assert set(WORKED[asked]) == in_folder
    year, last_day = asked
    for metric, expected in WORKED[asked].items():
        figure = figures.of(metric, year, as_of=last_day)
        assert {name: found(figure, name) for name in expected} == expected, metric


@pytest.mark.parametrize("asked", AGEING, ids=str)
def test_the_ages_of_the_arrears_add_up(figures: Figures, asked: tuple[int, date]) -> None:
    """Each age is what was worked out, in both metrics that know ages, and their sum is the arrears."""
    year, last_day = asked
    for metric in ("arrears_ageing", "arrears_amount"):
        ages = {
            figure.slice["ageing"]: found(figure, "value")
            for figure in figures.by(metric, year, "ageing", as_of=last_day)
        }
        assert ages == AGEING[asked]
        assert sum(ages.values()) == found(figures.of("arrears_amount", year, as_of=last_day), "value")


def test_other_fees_are_apart_from_the_property_fee(figures: Figures) -> None:
    """Parking has its own figures; deposits, penalties and what is collected for others are in no headline."""
    due = {figure.slice["fee_class"]: found(figure, "value") for figure in figures.by("amount_due", 2024, "fee_class")}
    assert due == {"property": 7801.50, "parking": 1440.00, "deposit": 2000.00, "penalty": 33.33, "utility": 55.10}
    parking = figures.of("collection_rate", 2024, {"fee_class": "parking"}, END_2024)
    assert (found(parking, "numerator"), found(parking, "denominator")) == (920.00, 1440.00)
    assert found(figures.of("balance", 2025, {"fee_class": "parking"}, END_2025), "value") == 520.00 + 720.00


def test_months_of_the_fixed_age_stay_as_they_were(figures: Figures) -> None:
    """Second halves of 2024 are judged by 31 March 2025: later payments and waivers change nothing any more.

    First halves 2,050.75 of 3,000.75; second halves and years 600 + 540 + 900 + 200 + 400.25 + 400.25 + 300.25 of
    600 + 600 + (600 − 60) + 900 + 900 + 3 × 400.25.
    """
    for last_day in (date(2025, 3, 31), END_2025):
        figure = figures.of("collection_within_90_days", 2024, as_of=last_day)
        assert (found(figure, "numerator"), found(figure, "denominator")) == (5391.50, 7741.50)
    early = figures.of("collection_within_90_days", 2024, as_of=date(2025, 3, 30))
    assert early.details["too_young_count"] == 8


@pytest.mark.parametrize("split", ["community", "month", "fee_class", "unit_state"])
@pytest.mark.parametrize(("year", "last_day"), WORKED, ids=str)
def test_rates_keep_their_identity_with_their_amounts(figures: Figures, split: str, year: int, last_day: date) -> None:
    """collection_rate = amount_collected ÷ (amount_due − waived), in every part, and the parts add up to the whole."""
    whole = figures.of("collection_rate", year, as_of=last_day)
    parts = list_of_parts(figures, "collection_rate", year, split, last_day)
    due = {
        key: found(part, "value") for key, part in list_of_parts(figures, "amount_due", year, split, last_day).items()
    }
    collected = list_of_parts(figures, "amount_collected", year, split, last_day)
    for key, rate in parts.items():
        waived = float(rate.details.get("waived_amount", 0))
        assert (found(rate, "numerator") or 0) == found(collected[key], "value")
        assert (found(rate, "denominator") or 0) == pytest.approx(due[key] - waived, abs=1e-9)
        assert rate.value is None or rate.value <= 1
    if split != "fee_class":  # the parts by class hold more than the headline
        assert sum(yuan(part, "numerator")[0] for part in parts.values()) == yuan(whole, "numerator")[0]
        assert sum(yuan(part, "denominator")[0] for part in parts.values()) == yuan(whole, "denominator")[0]


def list_of_parts(figures: Figures, metric: str, year: int, split: str, last_day: date) -> dict[str, Figure]:
    """The figures of a metric by month or by a slice, by their month or value."""
    parts = figures.by(metric, year, split, as_of=last_day)
    return {part.period if split == "month" else part.slice[split]: part for part in parts}


@pytest.mark.parametrize("last_day", MONTH_ENDS_2025, ids=str)
def test_the_account_of_the_year_closes_at_every_month_end(figures: Figures, last_day: date) -> None:
    """opening + due − waived − collected − recovered − written off = balance, for each estate and for both.

    The combined rate is made of both rates, and no rate passes 100 %.
    """
    of = {
        metric: list_of_parts(figures, metric, 2025, "community", last_day)
        for metric in ("collection_rate", "arrears_recovery_rate", "combined_collection_rate", "balance")
    }
    for community in ("东园", "西园"):
        current, old, combined = (of[metric][community] for metric in list(of)[:3])
        due, waived, collected, written_off = yuan(
            current, "due_amount", "waived_amount", "numerator", "written_off_amount"
        )
        opening, waived_before, recovered, written_off_before = yuan(
            old, "opening_amount", "waived_amount", "numerator", "written_off_amount"
        )
        closing = opening + due - waived - waived_before - collected - recovered - written_off - written_off_before
        assert [closing] == yuan(of["balance"][community], "value")
        assert yuan(combined, "numerator") == [collected + recovered]
        assert yuan(combined, "denominator") == [yuan(current, "denominator")[0] + yuan(old, "denominator")[0]]
        assert all(figure.value is None or figure.value <= 1 for figure in (current, old, combined))


def test_the_register_dates_what_the_bills_state_and_counts_nothing_twice(figures: Figures) -> None:
    """A bill's own sum counts only where the register does not know of it, on the bill's date or undated."""
    rows = figures.connection.execute(
        "select bill_id, kind, amount, adjusted_on from warehouse.bill_adjustments where is_derived order by bill_id"
    ).fetchall()
    assert rows == [
        ("A3-25b", "offset", Decimal("100.00"), date(2025, 10, 10)),
        ("A5-23", "waiver", Decimal("270.00"), None),
        ("A5-25", "waiver", Decimal("270.00"), None),
    ]


def test_the_settings_say_which_channels_are_online(figures_of: Callable[..., Figures]) -> None:
    """Words found in the channel: with 现金 alone, 150 + 100 + 120 + 120 + 200 + 300 of the 7,076.75."""
    exports = {"bills": BILLS, "payments": PAYMENTS, "bill_adjustments": ADJUSTMENTS}
    figures = figures_of(exports, settings='[fees]\nonline_channels = ["现金"]\n')
    figure = figures.of("online_payment_share", 2025, as_of=END_2025)
    assert (found(figure, "numerator"), found(figure, "denominator")) == (990.00, 7076.75)
