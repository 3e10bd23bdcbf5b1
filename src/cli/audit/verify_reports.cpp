// The files of a folder of reports.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/audit/making.hpp"
#include "cli/audit/verifier.hpp"
#include "gate/audit_period.hpp"
#include "model/audit_json.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {
namespace {

constexpr std::uint64_t largest_file = std::uint64_t{256} << 20;

}  // namespace

void AuditVerifier::read_stated(Report& report) {
  const auto json = report.files.find("json");
  if (json == report.files.end()) return;
  const std::string file = audit_file(report.period.name, "json");
  auto audit = read_audit(json->second, file);
  if (!audit)
    wrong(fmt::format("{} {}", audit.error().message, audit.error().hint));
  else if (!(audit->period == report.period))
    wrong(fmt::format("{}: it says that it is of {}", file, safe_text(audit->period.name, 40)));
  else
    report.stated = *std::move(audit);
}

Result<void> AuditVerifier::read_reports() {
  TRY(const std::vector<sys::ListedFile> listed, sys::list_files(options_.directory, 100'000));
  std::map<Time, Report> by_time;
  for (const sys::ListedFile& file : listed) {
    const std::string_view name = file.path;
    if (!name.starts_with("audit-") || name.contains('/')) continue;
    const std::size_t dot = name.find('.');
    const auto period = gate::audit_period(name.substr(6, dot - 6));
    if (dot == name.npos || !period) continue;
    const std::string ending(name.substr(dot + 1));
    if (ending != "json" && ending != "html" && ending != "pdf" && ending != "dsse.json" &&
        ending != "slo-alerts.json")
      continue;
    TRY(std::string bytes, sys::read_file(options_.directory + "/" + file.path, largest_file));
    Report& report = by_time[period->begin];
    if (!report.period.name.empty() && report.period.name != period->name)
      return fail(Code::audit,
                  fmt::format("{} holds reports of {} and of {}, which begin together",
                              options_.directory, report.period.name, period->name),
                  "verify each kind in a folder of its own");
    report.period = *period;
    (ending == "dsse.json" ? report.envelope : report.files[ending]) = std::move(bytes);
  }
  if (by_time.empty())
    return fail(Code::audit, fmt::format("{} holds no audit report", options_.directory),
                "give the folder that `perfgate audit generate --out` wrote");
  for (auto& [begin, report] : by_time) {
    read_stated(report);
    if (!reports_.empty()) {
      const AuditPeriod after = gate::next_period(reports_.back().period);
      if (gate::frequency_of(after) == gate::frequency_of(report.period) &&
          after.name != report.period.name)
        wrong(fmt::format("{} is missing: between the reports of {} and {}", after.name,
                          reports_.back().period.name, report.period.name));
    }
    reports_.push_back(std::move(report));
  }
  return {};
}

}  // namespace perfgate::cli
