#pragma once
// Months, quarters and ISO weeks, all of UTC.

#include <string_view>

#include "base/result.hpp"
#include "model/audit.hpp"

namespace perfgate::gate {

/// "2026-10", "2026-Q4", "2026-W41" (ISO 8601: weeks begin on Monday, the first holds 4 January).
/// Errors: Code::usage.
Result<AuditPeriod> audit_period(std::string_view name);
AuditFrequency frequency_of(const AuditPeriod& period);

/// The period that a moment lies in.
AuditPeriod period_of(Time at, AuditFrequency frequency);
AuditPeriod next_period(const AuditPeriod& period);
AuditPeriod previous_period(const AuditPeriod& period);

/// The first moment of the month that lies so many months before that of `at`.
Time month_before(Time at, int months);

}  // namespace perfgate::gate
