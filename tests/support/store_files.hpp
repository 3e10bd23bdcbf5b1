#pragma once
// A directory store for tests, and its files.

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "store/directory.hpp"
#include "support/temporary.hpp"

namespace perfgate::test {

constexpr Time october{1'792'000'000'000};   // 2026-10-14
constexpr Time november{1'795'000'000'000};  // 2026-11-18
constexpr Time december{1'797'000'000'000};  // 2026-12-11
constexpr Time first_of_december{1'796'083'200'000};

inline std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void put(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

inline std::string value_of(int i) { return "{\"n\":" + std::to_string(i) + "}"; }

/// The values of a selection one after the other, or the error.
inline std::string values(const store::Store& store, const store::Selection& selection = {}) {
  std::string text;
  const auto scanned = store.scan(selection, [&](const store::Record& r) -> Result<bool> {
    text += r.value;
    return true;
  });
  return scanned ? text : to_text(scanned.error().code) + ": " + scanned.error().message;
}

/// The keys of a selection, each with a space behind it, or the error.
inline std::string keys(const store::Store& store, const store::Selection& selection = {}) {
  std::string text;
  const auto heads = store.list(selection);
  if (!heads) return to_text(heads.error().code) + ": " + heads.error().message;
  for (const store::Head& head : *heads) text += head.key + " ";
  return text;
}

/// What verify() complains of, a line each.
inline std::string troubles(const store::Store& store,
                            store::Trouble::Severity least = store::Trouble::Severity::info) {
  const auto found = store.verify();
  if (!found) return to_text(found.error().code) + ": " + found.error().message;
  std::string text;
  for (const store::Trouble& trouble : *found)
    if (trouble.severity >= least) text += trouble.place + ": " + trouble.what + "\n";
  return text;
}

/// Three months of runs r1, r2, ...; the newest month is not closed.
struct Months {
  sys::TemporaryDirectory directory = temporary();
  std::string path = directory.path() + "/store";
  std::string records = path + "/records/";
  std::unique_ptr<store::Store> store = store::open_directory(path);

  explicit Months(int each = 3) {
    int i = 0;
    for (const Time month : {october, november, december}) {
      std::vector<store::Store::Addition> additions;
      for (int r = 0; r < each; ++r) {
        ++i;
        additions.push_back({Kind::run, "r" + std::to_string(i), value_of(i), month});
      }
      REQUIRE(store->append(additions));
    }
  }
};

}  // namespace perfgate::test
