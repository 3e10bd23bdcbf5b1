#include "support/histories.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "store/store.hpp"
#include "store/stored.hpp"

namespace perfgate::test {

std::string sha_of_history(std::size_t i) { return fmt::format("{:07x}{:033x}", 0xabc0000 + i, i); }

RunSpec spec_of_history(std::size_t i) {
  return {.noise = 0.002,
          .seed = i + 1,
          .id = fmt::format("run-{}", i),
          .branch = "main",
          .sha = sha_of_history(i)};
}

Run run_of_history(std::size_t i, const RunSpec& spec) {
  Run run = make_run(spec);
  constexpr std::int64_t first = 1'767'225'600'000, day = 86'400'000;
  run.started = {first + static_cast<std::int64_t>(i) * day};
  return run;
}

void keep_history(std::size_t count,
                  const std::function<void(std::size_t i, RunSpec& spec)>& change,
                  const std::string& url) {
  auto store = store::open(url);
  REQUIRE(store);
  std::vector<store::Store::Addition> additions;
  for (std::size_t i = 0; i < count; ++i) {
    RunSpec spec = spec_of_history(i);
    change(i, spec);
    const Run run = run_of_history(i, spec);
    additions.push_back(
        {Kind::run, store::Stored<Run>::key(run), store::Stored<Run>::write(run), run.started});
  }
  REQUIRE((*store)->append(std::move(additions)));
}

}  // namespace perfgate::test
