#include "gate/known.hpp"

#include <doctest/doctest.h>

#include "support/factory.hpp"

namespace perfgate::gate {
namespace {

TEST_CASE("a benchmark is found by its name and by the new name that an alias gives it") {
  const Run run = test::make_run();
  Policy policy;
  CHECK(Known(run, policy).find("suite", "sort")->name == "sort");
  CHECK_FALSE(Known(run, policy).find("other", "sort"));
  CHECK_FALSE(Known(run, policy).find("suite", "order"));
  policy.aliases = {{"suite/sort", "suite/order"}, {"suite/gone", "suite/new"}};
  const Known known(run, policy);
  CHECK(known.find("suite", "order")->name == "sort");
  CHECK(known.find("suite", "sort")->name == "sort");
  CHECK_FALSE(known.find("suite", "new"));
  CHECK(&known.run() == &run);
}

}  // namespace
}  // namespace perfgate::gate
