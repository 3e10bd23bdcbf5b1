#include "sys/counters.hpp"

#include <doctest/doctest.h>

#include <cerrno>

namespace perfgate::sys {
namespace {

TEST_CASE("the reason for absent counters is told in words") {
  CHECK(why_no_counters(ENOENT) == "this machine offers no hardware counters (a virtual machine)");
  CHECK(why_no_counters(EACCES).contains("kernel.perf_event_paranoid"));
  CHECK(why_no_counters(ENOSYS) == "the kernel has no perf_event_open");
  CHECK(why_no_counters(EMFILE) == "perf_event_open: Too many open files");
}

TEST_CASE("a process that does not exist has no counters and a reason") {
  const Counts counts = Counters(-7).read();
  CHECK(!counts.cycles);
  CHECK(!counts.instructions);
  CHECK(!counts.absent.empty());
}

}  // namespace
}  // namespace perfgate::sys
