#include "gate/page_builder.hpp"

#include <fmt/format.h>

namespace perfgate::gate {
namespace {

using report::Index;

/// The index of a name in a list that begins empty.
template <class Add>
Index numbered(std::map<std::string, Index, std::less<>>& known, std::string_view name,
               const Add& add) {
  if (const auto found = known.find(name); found != known.end()) return found->second;
  const auto index = static_cast<Index>(known.size());
  known.emplace(name, index);
  add();
  return index;
}

/// What a headline measures, by its unit: headlines have no metric of their own.
std::string_view measured(BaseUnit unit) {
  switch (unit) {
    case BaseUnit::second:
      return "time";
    case BaseUnit::byte:
      return "memory";
    case BaseUnit::byte_per_second:
      return "throughput";
    case BaseUnit::per_second:
      return "items";
    case BaseUnit::one:
      return "figure";
  }
  return "figure";
}

// No benchmark's key begins so: its metric has a name.
constexpr const char* no_metric = "";

}  // namespace

Index PageBuilder::suite(std::string_view name) {
  return numbered(suites_, name, [&] { page.suites.emplace_back(name); });
}

Index PageBuilder::metric(const Metric& metric) {
  const std::string key = fmt::format("{}\n{}\n{}", static_cast<int>(metric.unit),
                                      static_cast<int>(metric.better), metric.name.text());
  return numbered(metrics_, key, [&] { page.metrics.push_back(metric); });
}

std::optional<Index> PageBuilder::section(std::string_view benchmark) {
  const std::string id = section_of(benchmark).section;
  if (id.empty()) return std::nullopt;
  return numbered(sections_, id, [&] {
    const auto title = legend_.find(id);
    page.sections.push_back(
        {.id = id, .title = title == legend_.end() ? id : title->second.text()});
  });
}

report::PageEntry& PageBuilder::add(const Key& key, report::PageEntry entry) {
  const auto [place, fresh] = entries_.try_emplace(key, page.entries.size());
  if (!fresh) return page.entries[place->second];
  std::string id = entry.id;
  for (int n = 2; !ids_.insert(id).second; ++n) id = fmt::format("{}~{}", entry.id, n);
  entry.id = std::move(id);
  page.entries.push_back(std::move(entry));
  return page.entries.back();
}

report::PageEntry& PageBuilder::benchmark(std::string_view suite_name, const std::string& name,
                                          const Metric& described) {
  const Key key{suite_name, name, described.name.text()};
  if (const auto found = entries_.find(key); found != entries_.end())
    return page.entries[found->second];
  return add(key, {.id = fmt::format("{}.{}.{}", suite_name, Identifier::from_name(name).text(),
                                     described.name.text()),
                   .suite = suite(suite_name),
                   .metric = metric(described),
                   .section = section(name),
                   .name = name});
}

report::PageEntry& PageBuilder::headline(const Headline& headline) {
  const Unit* unit = find_unit(headline.unit);
  const BaseUnit base = unit ? unit->base : BaseUnit::one;
  return add(
      Key{"", headline.name, no_metric},
      {.id = "headline." + headline.name,
       .metric = metric({.name = Symbol(measured(base)), .unit = base, .better = headline.better}),
       .headline = headline.label.empty() ? headline.name : headline.label.text(),
       .unit = headline.unit,
       .decimals = headline.decimals_shown});
}

report::PageEntry* PageBuilder::find(const Finding& finding) {
  const Key key = finding.headline.empty()
                      ? Key{finding.suite.text(), finding.benchmark, finding.metric.text()}
                      : Key{"", finding.headline, no_metric};
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &page.entries[found->second];
}

}  // namespace perfgate::gate
