// Changes a directory store as it is told and says what was acknowledged, for tests that kill it:
//
//   store_driver PATH fill                        five records in three months
//   store_driver PATH append PREFIX FROM TO       PREFIX-FROM to PREFIX-(TO - 1), one by one
//   store_driver PATH batch PREFIX COUNT          all at once, over two months
//   store_driver PATH names PREFIX FROM TO        marks by "PREFIX and co.", likewise
//   store_driver PATH erase NAME
//   store_driver PATH compact | prune
//   store_driver PATH check                       the keys, then who marked, then what verify()
//                                                 complains of

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "store/directory.hpp"
#include "store/erasure.hpp"
#include "store/people.hpp"

namespace {

using namespace perfgate;
using store::Store;

constexpr Time october{1'792'000'000'000}, november{1'795'000'000'000}, december{1'797'000'000'000},
    january{1'799'000'000'000};

/// With one write(), so that what was said was said whole.
void say(const std::string& line) {
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::abort();
}

Result<void> fill(Store& store) {
  CHECKED(store.append(Kind::baseline, "base", R"({"run_id":"none","by":"ann"})", october));
  for (const auto& [key, at] :
       {std::pair{"r1", october}, {"r2", november}, {"r3", november}, {"r4", december}})
    CHECKED(store.append(Kind::run, key, R"({"id":"x"})", at));
  return {};
}

Result<void> check(Store& store) {
  TRY(const std::vector<store::Head> heads, store.list({}));
  CHECKED(store.read(heads, [](std::size_t, store::Record& record) -> Result<bool> {
    say(fmt::format("key {}\n", record.key));
    if (record.kind == Kind::mark) say(fmt::format("mark {}\n", record.value));
    return true;
  }));
  TRY(const std::vector<store::Trouble> troubles, store.verify());
  for (const store::Trouble& trouble : troubles)
    if (trouble.severity != store::Trouble::Severity::info)
      say(fmt::format("trouble {}: {}\n", trouble.place, trouble.what));
  return {};
}

Result<void> act(Store& store, const std::vector<std::string>& words) {
  const std::string& verb = words[0];
  if (verb == "fill") return fill(store);
  if (verb == "check") return check(store);
  if (verb == "append") {
    for (int i = std::stoi(words.at(2)); i < std::stoi(words.at(3)); ++i) {
      const std::string key = fmt::format("{}-{}", words[1], i);
      CHECKED(store.append(Kind::run, key, fmt::format(R"({{"id":"{}"}})", key), december));
      say(fmt::format("ack {}\n", key));
    }
    return {};
  }
  if (verb == "names") {
    for (int i = std::stoi(words.at(2)); i < std::stoi(words.at(3)); ++i) {
      const std::string key = fmt::format("{}-{}", words[1], i);
      CHECKED(store.append(Kind::mark, key, fmt::format(R"({{"by":"{} and co."}})", words[1]),
                           december));
      say(fmt::format("ack {}\n", key));
    }
    return {};
  }
  if (verb == "erase") {
    TRY(const store::Erasure done,
        store::erase_person(store, words.at(1), [](const store::Erasure& erasure) {
          return Store::Addition{
              Kind::audit, "erasure",
              fmt::format(R"({{"subject":"{}"}})", store::erasure_subject(erasure.names)),
              december};
        }));
    say("ack erasure\n");
    return {};
  }
  if (verb == "batch") {
    std::vector<Store::Addition> additions;
    const int count = std::stoi(words.at(2));
    for (int i = 0; i < count; ++i)
      additions.push_back({.kind = Kind::run,
                           .key = fmt::format("{}-{}", words[1], i),
                           .value = "{}",
                           .at = 2 * i < count ? december : january});
    CHECKED(store.append(additions));
    for (const Store::Addition& addition : additions) say(fmt::format("ack {}\n", addition.key));
    return {};
  }
  if (verb == "compact") {
    TRY(const store::Compaction done, store.compact());
    say(fmt::format("ack {} months\n", done.months));
    return {};
  }
  if (verb == "prune") {
    TRY(const Time before, time_from_text("2026-12-01T00:00:00Z"));
    TRY(const store::Pruned done, store.prune({.now = december, .before = before}));
    say(fmt::format("ack {} months\n", done.months.size()));
    return {};
  }
  return fail(Code::usage, "store_driver: no verb `" + verb + "`");
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2) return 2;
  const auto store =
      store::open_directory(words[0], {.lock_patience = std::chrono::milliseconds(120'000)});
  const auto done = act(*store, {words.begin() + 1, words.end()});
  if (done) return 0;
  fmt::print(stderr, "{}\n{}\n", done.error().message, done.error().hint);
  return 1;
}
