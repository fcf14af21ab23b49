# SPDX-License-Identifier: MIT
# Sum the cmocka tests in ctest's log: prints "passed failed 0". A program that failed
# without saying which of its tests did (a crash, a time-out) counts as one failure.
/^\[  PASSED  \] [0-9]+ test/ { passed += $4; said += $4 }
/^\[  FAILED  \] [0-9]+ test/ { failed += $4; said_failed += $4 }
/^Test Passed\.$/ { if (!said) passed++ }
/^Test Failed\.$/ { if (!said_failed) failed++ }
/^Test (Passed|Failed)\.$/ { said = 0; said_failed = 0 }
END { printf "%d %d 0\n", passed, failed }
