#pragma once
// The lists of a page while it is being made: each suite, metric, section and row once.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "model/reported.hpp"
#include "report/page.hpp"

namespace perfgate::gate {

class PageBuilder {
 public:
  explicit PageBuilder(const Legend& legend) : legend_(legend) {}

  report::Page page;

  report::Index suite(std::string_view name);
  /// By its name, unit and direction.
  report::Index metric(const Metric& metric);

  /// The row of a metric of a benchmark, made where it is not there.
  report::PageEntry& benchmark(std::string_view suite, const std::string& name,
                               const Metric& metric);
  report::PageEntry& headline(const Headline& headline);
  /// The row that a finding, which names a metric or a headline, is about; nullptr: there is none.
  report::PageEntry* find(const Finding& finding);
  report::Index index_of(const report::PageEntry& entry) const {
    return static_cast<report::Index>(&entry - page.entries.data());
  }

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // suite, name, metric

  report::PageEntry& add(const Key& key, report::PageEntry entry);
  std::optional<report::Index> section(std::string_view benchmark);

  const Legend& legend_;
  std::map<std::string, report::Index, std::less<>> suites_, metrics_, sections_;
  std::map<Key, std::size_t> entries_;
  std::set<std::string> ids_;
};

}  // namespace perfgate::gate
