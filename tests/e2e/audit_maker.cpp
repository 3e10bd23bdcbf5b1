// Makes a history for audit reports: audit_maker REPOSITORY STORE MONTHS RUNS BENCHMARKS [BEGIN]

#include <cstdio>
#include <cstdlib>

#include "support/audit_history.hpp"

int main(int count, char** arguments) {
  using namespace perfgate;
  if (count < 6) {
    std::fputs("audit_maker REPOSITORY STORE MONTHS RUNS BENCHMARKS [BEGIN]\n", stderr);
    return 2;
  }
  test::AuditHistory history{.repository = arguments[1],
                             .store = arguments[2],
                             .months = std::atoi(arguments[3]),
                             .runs = std::atoi(arguments[4]),
                             .benchmarks = std::atoi(arguments[5])};
  if (count > 6) {
    const auto begin = time_from_text(arguments[6]);
    if (!begin) return 2;
    history.begin = *begin;
  }
  const std::string trouble = test::make_audit_history(history);
  if (trouble.empty()) return 0;
  std::fprintf(stderr, "audit_maker: %s\n", trouble.c_str());
  return 1;
}
