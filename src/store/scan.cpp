#include "store/scan.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <set>

#include "base/describe.hpp"
#include "base/text.hpp"
#include "model/run_fields.hpp"
#include "model/run_json.hpp"
#include "stats/summary.hpp"

namespace perfgate::store {
namespace {

namespace ondemand = simdjson::ondemand;

/// A query, its conditions by what they are about.
struct Plan {
  std::vector<const Condition*> run, suite, benchmark, metric, dimension;
};

Plan plan_of(const Query& query) {
  Plan plan;
  for (const Condition& condition : query.conditions) {
    const std::string_view key = condition.key;
    if (key == "run" || key == "attempt" || key == "branch" || key == "commit")
      plan.run.push_back(&condition);
    else if (key == "suite")
      plan.suite.push_back(&condition);
    else if (key == "benchmark")
      plan.benchmark.push_back(&condition);
    else if (key == "metric")
      plan.metric.push_back(&condition);
    else
      plan.dimension.push_back(&condition);
  }
  return plan;
}

bool all_hold(const std::vector<const Condition*>& conditions, std::string_view text) {
  return std::ranges::all_of(conditions, [&](const Condition* one) { return holds(*one, text); });
}

/// Answers of conditions about a text that is met again and again.
class Matches {
 public:
  explicit Matches(const std::vector<const Condition*>& conditions) : conditions_(conditions) {}
  bool operator()(TextId id, std::string_view text) {
    if (conditions_.empty()) return true;
    if (id >= known_.size()) known_.resize(std::max<std::size_t>(id + 1, known_.size() * 2), -1);
    if (known_[id] < 0) known_[id] = all_hold(conditions_, text) ? 1 : 0;
    return known_[id] == 1;
  }

 private:
  const std::vector<const Condition*>& conditions_;
  std::vector<signed char> known_;
};

struct Described {
  TextId name;
  BaseUnit unit;
  Better better;
};

std::uint64_t pair_key(TextId suite, TextId name) { return (std::uint64_t{suite} << 32) | name; }

/// Whether a field was read that may be absent or null. A document may not be touched any more
/// after another error: that is thrown.
bool is_there(simdjson::error_code error) {
  if (error == simdjson::SUCCESS) return true;
  if (error == simdjson::NO_SUCH_FIELD || error == simdjson::INCORRECT_TYPE) return false;
  throw simdjson::simdjson_error(error);
}

/// Reads runs one after the other into columns of its own.
class Scanner {
 public:
  Scanner(const Plan& plan, bool rows)
      : plan_(plan),
        rows_(rows),
        suites_(plan.suite),
        benchmarks_(plan.benchmark),
        metrics_match_(plan.metric) {
    columns.dimension_sets.emplace_back();
  }

  Result<void> read(std::string& json, std::int64_t seq, std::string_view place) {
    json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
    try {
      const simdjson::padded_string_view text(json, json.capacity());
      // A checksum does not say that it is JSON, and reading on demand (3.0) asserts that it is.
      const simdjson::error_code error =
          check_.parse(text.data(), text.size(), /*realloc_if_needed=*/false).error();
      if (error != simdjson::SUCCESS) throw simdjson::simdjson_error(error);
      return read_run(text, seq, place);
    } catch (const simdjson::simdjson_error& error) {
      return fail(Code::store, fmt::format("{}: the run cannot be read: {}", place, error.what()),
                  "`perfgate history verify` tells what else is damaged");
    }
  }

  Columns finish() {
    columns.benchmarks.reserve(seen_.size());
    for (const auto& [key, unused] : seen_)
      columns.benchmarks.emplace_back(static_cast<TextId>(key >> 32), static_cast<TextId>(key));
    return std::move(columns);
  }

  Columns columns;

 private:
  Result<void> read_run(simdjson::padded_string_view json, std::int64_t seq,
                        std::string_view place) {
    ondemand::document document = parser_.iterate(json);
    ondemand::object run = document.get_object();
    ++columns.runs_seen;
    columns.bytes_seen += json.size();
    const std::string_view schema = run.find_field_unordered("schema").get_string();
    if (schema != run_schema_name)
      return fail(Code::schema,
                  fmt::format("{}: it was written by a newer perfgate: schema {}", place,
                              safe_text(schema, 60)),
                  fmt::format("use a perfgate that reads {}", safe_text(schema, 60)));
    RunEntry entry{.seq = seq, .begin = columns.rows()};
    const std::string_view id = run.find_field_unordered("id").get_string();
    if (!run_holds("run", id)) return {};
    entry.id = columns.texts.add(id);
    entry.attempt = static_cast<int>(run.find_field_unordered("attempt").get_int64());
    if (!run_holds("attempt", std::to_string(entry.attempt))) return {};
    TRY(entry.started, time_from_text(run.find_field_unordered("started").get_string().value()));
    ondemand::object commit = run.find_field_unordered("commit").get_object();
    const std::string_view sha = commit.find_field_unordered("sha").get_string();
    if (!run_holds("commit", sha)) return {};
    entry.sha = columns.texts.add(sha);
    const std::string_view branch = commit.find_field_unordered("branch").get_string();
    if (!run_holds("branch", branch)) return {};
    entry.branch = columns.texts.add(branch);
    std::string_view subject;
    if (!is_there(commit.find_field_unordered("subject").get_string().get(subject))) subject = "";
    entry.subject = columns.texts.add(subject);
    if (std::string_view time;
        is_there(commit.find_field_unordered("time").get_string().get(time))) {
      TRY(entry.committed, time_from_text(time));
    }
    if (bool dirty = false; is_there(commit.find_field_unordered("dirty").get_bool().get(dirty)))
      entry.dirty = dirty;
    const Fingerprint fingerprint =
        fingerprint_of(run.find_field_unordered("fingerprint").get_object());
    if (columns.fingerprints.empty() || columns.fingerprints.back() != fingerprint)
      columns.fingerprints.push_back(fingerprint);
    entry.fingerprint = static_cast<std::uint32_t>(columns.fingerprints.size() - 1);
    entry.host = columns.texts.add(host_text(fingerprint));
    metrics_.clear();
    for (ondemand::object metric : run.find_field_unordered("metrics").get_array())
      describe(metric);
    for (ondemand::object benchmark : run.find_field_unordered("benchmarks").get_array())
      read_benchmark(benchmark, entry);
    entry.end = columns.rows();
    columns.runs.push_back(entry);
    return {};
  }

  bool run_holds(std::string_view key, std::string_view text) const {
    return std::ranges::all_of(plan_.run, [&](const Condition* condition) {
      return condition->key != key || holds(*condition, text);
    });
  }

  /// What a host class can be made of; the instance is another for every run.
  static Fingerprint fingerprint_of(ondemand::object object) {
    Fingerprint print;
    const std::pair<std::string_view, std::optional<std::string>*> texts[] = {
        {"cpu_model", &print.cpu_model}, {"arch", &print.arch},
        {"os_image", &print.os_image},   {"kernel", &print.kernel},
        {"compiler", &print.compiler},   {"flags", &print.flags},
        {"governor", &print.governor},   {"container", &print.container}};
    for (auto field : object) {
      const std::string_view key = field.unescaped_key();
      ondemand::value value = field.value();
      if (value.is_null()) continue;
      if (key == "cores") print.cores = static_cast<int>(value.get_int64());
      for (const auto& [name, text] : texts)
        if (key == name) *text = std::string(value.get_string().value());
    }
    return print;
  }

  static std::string host_text(const Fingerprint& print) {
    std::string host;
    const auto add = [&](const std::string& text) { host += (host.empty() ? "" : ", ") + text; };
    if (print.cpu_model) add(*print.cpu_model);
    if (print.cores) add(fmt::format("{} cores", *print.cores));
    if (print.arch) add(*print.arch);
    if (print.os_image) add(*print.os_image);
    return host;
  }

  void describe(ondemand::object metric) {
    Described described{
        .name = columns.texts.add(metric.find_field_unordered("name").get_string().value()),
        .unit = BaseUnit::one,
        .better = Better::unknown};
    if (const auto unit = base_unit_from_text(metric.find_field_unordered("unit").get_string()))
      described.unit = *unit;
    if (const auto better =
            enum_from_text<Better>(metric.find_field_unordered("better").get_string()))
      described.better = *better;
    metrics_.push_back(described);
  }

  void read_benchmark(ondemand::object benchmark, RunEntry& entry) {
    const std::size_t first = columns.rows();
    const std::size_t counted = entry.measurements;
    TextId suite = 0, name = 0;
    std::uint32_t set = 0;
    set_.clear();
    // Names come first as we write them; where they do not, what came before them is taken back.
    bool matches = true;
    for (auto field : benchmark) {
      const std::string_view key = field.unescaped_key();
      if (key == "suite") {
        const std::string_view text = field.value().get_string();
        suite = columns.texts.add(text);
        matches = suites_(suite, text);
      } else if (key == "name") {
        const std::string_view text = field.value().get_string();
        name = columns.texts.add(text);
        matches = benchmarks_(name, text);
      } else if (key == "dimensions") {
        read_dimensions(field.value().get_object());
      } else if (key == "samples") {
        for (ondemand::object sample : field.value().get_array()) read_sample(sample, entry);
      }
      if (!matches) break;
    }
    matches = matches && dimensions_hold();
    if (!matches) {
      resize(first);
      entry.measurements = counted;
      return;
    }
    if (entry.measurements == counted) return;
    seen_.try_emplace(pair_key(suite, name), true);
    if (!rows_) return;
    if (!set_.empty()) {
      if (columns.dimension_sets.back() != set_) columns.dimension_sets.push_back(set_);
      set = static_cast<std::uint32_t>(columns.dimension_sets.size() - 1);
    }
    for (std::size_t row = first; row < columns.rows(); ++row) {
      columns.suite[row] = suite;
      columns.benchmark[row] = name;
      columns.dimensions[row] = set;
    }
  }

  void read_dimensions(ondemand::object object) {
    for (auto field : object) {
      const TextId name = columns.texts.add(field.unescaped_key().value());
      if (!known_dimensions_.contains(name)) {
        known_dimensions_.insert(name);
        columns.dimension_names.push_back(name);
      }
      ondemand::value value = field.value();
      const bool is_text = value.type() == ondemand::json_type::string;
      const std::string_view text =
          is_text ? value.get_string().value() : trim(value.raw_json_token());
      set_.push_back({name, columns.texts.add(text), is_text});
    }
  }

  /// A measurement that does not say whether it is `ok` is: it was measured.
  bool dimensions_hold() const {
    return std::ranges::all_of(plan_.dimension, [&](const Condition* condition) {
      const auto found = std::ranges::find_if(set_, [&](const Property& dimension) {
        return columns.texts[dimension.name] == condition->key;
      });
      if (found != set_.end()) return holds(*condition, columns.texts[found->value]);
      return holds(*condition, condition->key == "ok" ? "true" : "");
    });
  }

  struct Figures {
    double median = 0, low = 0, high = 0, mean = 0, deviation = 0, minimum = 0, maximum = 0;
    std::uint32_t count = 1, launches = 1;
  };

  void read_sample(ondemand::object sample, RunEntry& entry) {
    TextId metric = 0;
    bool several = false, summarised = false;
    Figures figures;
    for (auto field : sample) {
      const std::string_view key = field.unescaped_key();
      if (key == "metric") {
        const std::string_view text = field.value().get_string();
        metric = columns.texts.add(text);
        if (!metrics_match_(metric, text)) return;
        if (!rows_) break;
      } else if (key == "values") {
        // A single value is its own summary; of several the summary follows.
        std::size_t count = 0;
        for (auto value : field.value().get_array()) {
          if (++count > 1) break;
          const double only = value.get_double();
          figures = {only, only, only, only, 0, only, only};
        }
        several = count > 1;
      } else if (key == "summary" && several) {
        figures = summary_of(field.value().get_object());
        summarised = true;
      }
    }
    ++entry.measurements;
    if (!rows_) return;
    if (several && !summarised) figures = computed(sample);
    push(metric, figures);
  }

  static Figures summary_of(ondemand::object summary) {
    Figures figures;
    for (auto field : summary) {
      const std::string_view key = field.unescaped_key();
      ondemand::value value = field.value();
      if (key == "count")
        figures.count = static_cast<std::uint32_t>(value.get_uint64());
      else if (key == "launches")
        figures.launches = static_cast<std::uint32_t>(value.get_uint64());
      else if (key == "median")
        figures.median = value.get_double();
      else if (key == "low")
        figures.low = value.get_double();
      else if (key == "high")
        figures.high = value.get_double();
      else if (key == "mean")
        figures.mean = value.get_double();
      else if (key == "deviation")
        figures.deviation = value.get_double();
      else if (key == "minimum")
        figures.minimum = value.get_double();
      else if (key == "maximum")
        figures.maximum = value.get_double();
    }
    return figures;
  }

  /// A run that someone else wrote may lack the summaries.
  static Figures computed(ondemand::object& sample) {
    sample.reset();
    std::vector<double> values;
    for (auto value : sample.find_field_unordered("values").get_array())
      values.push_back(value.get_double());
    const Summary summary = stats::summarize(values);
    return {.median = summary.median,
            .low = summary.low,
            .high = summary.high,
            .mean = summary.mean,
            .deviation = summary.deviation,
            .minimum = summary.minimum,
            .maximum = summary.maximum,
            .count = static_cast<std::uint32_t>(values.size())};
  }

  void push(TextId metric, const Figures& figures) {
    Described described{metric, BaseUnit::one, Better::unknown};
    for (const Described& known : metrics_)
      if (known.name == metric) described = known;
    columns.run.push_back(0);
    columns.suite.push_back(0);
    columns.benchmark.push_back(0);
    columns.metric.push_back(metric);
    columns.unit.push_back(described.unit);
    columns.better.push_back(described.better);
    columns.count.push_back(figures.count);
    columns.launches.push_back(figures.launches);
    columns.median.push_back(figures.median);
    columns.low.push_back(figures.low);
    columns.high.push_back(figures.high);
    columns.mean.push_back(figures.mean);
    columns.deviation.push_back(figures.deviation);
    columns.minimum.push_back(figures.minimum);
    columns.maximum.push_back(figures.maximum);
    columns.dimensions.push_back(0);
  }

  void resize(std::size_t rows);

  const Plan& plan_;
  bool rows_;
  Matches suites_, benchmarks_, metrics_match_;
  simdjson::dom::parser check_;
  ondemand::parser parser_;
  std::vector<Described> metrics_;
  std::vector<Property> set_;
  std::set<TextId> known_dimensions_;
  std::unordered_map<std::uint64_t, bool> seen_;
};

/// Each list of a row's content.
template <class Visit>
void each_list(Columns& columns, Visit visit) {
  visit(columns.run);
  visit(columns.suite);
  visit(columns.benchmark);
  visit(columns.metric);
  visit(columns.unit);
  visit(columns.better);
  visit(columns.count);
  visit(columns.launches);
  visit(columns.median);
  visit(columns.low);
  visit(columns.high);
  visit(columns.mean);
  visit(columns.deviation);
  visit(columns.minimum);
  visit(columns.maximum);
  visit(columns.dimensions);
}

void Scanner::resize(std::size_t rows) {
  if (columns.rows() == rows) return;
  each_list(columns, [&](auto& list) { list.resize(rows); });
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from, std::size_t begin, std::size_t end) {
  to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(begin),
            from.begin() + static_cast<std::ptrdiff_t>(end));
}

/// What several scanners read, as one: runs by time, their rows in the same order.
Columns merged(std::vector<Columns> parts) {
  Columns all;
  struct Place {
    std::size_t part;
    RunEntry entry;
  };
  std::vector<Place> order;
  std::vector<std::vector<TextId>> texts(parts.size());
  std::vector<std::size_t> sets(parts.size());
  all.dimension_sets.emplace_back();
  std::size_t rows = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    Columns& part = parts[p];
    for (TextId id = 0; id < part.texts.size(); ++id)
      texts[p].push_back(all.texts.add(part.texts[id]));
    const auto translate = [&](TextId& id) { id = texts[p][id]; };
    for (auto* list : {&part.suite, &part.benchmark, &part.metric})
      std::ranges::for_each(*list, translate);
    sets[p] = all.dimension_sets.size() - 1;
    for (std::size_t s = 1; s < part.dimension_sets.size(); ++s) {
      for (Property& dimension : part.dimension_sets[s]) {
        translate(dimension.name);
        translate(dimension.value);
      }
      all.dimension_sets.push_back(std::move(part.dimension_sets[s]));
    }
    for (std::uint32_t& set : part.dimensions)
      if (set != 0) set += static_cast<std::uint32_t>(sets[p]);
    for (const TextId name : part.dimension_names) all.dimension_names.push_back(texts[p][name]);
    for (const auto& [suite, name] : part.benchmarks)
      all.benchmarks.emplace_back(texts[p][suite], texts[p][name]);
    const auto prints = static_cast<std::uint32_t>(all.fingerprints.size());
    all.fingerprints.insert(all.fingerprints.end(), part.fingerprints.begin(),
                            part.fingerprints.end());
    for (RunEntry entry : part.runs) {
      entry.fingerprint += prints;
      for (TextId* id : {&entry.id, &entry.sha, &entry.branch, &entry.subject, &entry.host})
        translate(*id);
      order.push_back({p, entry});
    }
    rows += part.rows();
    all.runs_seen += part.runs_seen;
    all.bytes_seen += part.bytes_seen;
  }
  std::ranges::sort(all.benchmarks);
  all.benchmarks.erase(std::ranges::unique(all.benchmarks).begin(), all.benchmarks.end());
  std::ranges::sort(all.dimension_names, {}, [&](TextId id) { return all.texts[id]; });
  all.dimension_names.erase(std::ranges::unique(all.dimension_names).begin(),
                            all.dimension_names.end());
  std::ranges::sort(order, [&](const Place& a, const Place& b) {
    return std::tuple(a.entry.started, std::string_view(all.texts[a.entry.id]), a.entry.attempt,
                      a.entry.seq) < std::tuple(b.entry.started,
                                                std::string_view(all.texts[b.entry.id]),
                                                b.entry.attempt, b.entry.seq);
  });
  each_list(all, [&](auto& list) { list.reserve(rows); });
  for (Place& place : order) {
    const Columns& part = parts[place.part];
    RunEntry& entry = place.entry;
    const std::size_t begin = entry.begin, end = entry.end;
    append(all.suite, part.suite, begin, end);
    append(all.benchmark, part.benchmark, begin, end);
    append(all.metric, part.metric, begin, end);
    append(all.unit, part.unit, begin, end);
    append(all.better, part.better, begin, end);
    append(all.count, part.count, begin, end);
    append(all.launches, part.launches, begin, end);
    append(all.median, part.median, begin, end);
    append(all.low, part.low, begin, end);
    append(all.high, part.high, begin, end);
    append(all.mean, part.mean, begin, end);
    append(all.deviation, part.deviation, begin, end);
    append(all.minimum, part.minimum, begin, end);
    append(all.maximum, part.maximum, begin, end);
    append(all.dimensions, part.dimensions, begin, end);
    entry.begin = all.run.size();
    all.run.insert(all.run.end(), end - begin, static_cast<std::uint32_t>(all.runs.size()));
    entry.end = all.run.size();
    all.runs.push_back(entry);
  }
  return all;
}

/// Scanners that are lent to whichever thread has a run to read.
class Pool {
 public:
  Pool(const Plan& plan, bool rows) : plan_(plan), rows_(rows) {}

  std::unique_ptr<Scanner> take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return std::make_unique<Scanner>(plan_, rows_);
    auto scanner = std::move(free_.back());
    free_.pop_back();
    return scanner;
  }
  void give_back(std::unique_ptr<Scanner> scanner) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(scanner));
  }
  std::vector<Columns> finish() {
    std::vector<Columns> parts;
    for (auto& scanner : free_) parts.push_back(scanner->finish());
    return parts;
  }

 private:
  const Plan& plan_;
  bool rows_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Scanner>> free_;
};

}  // namespace

TextId Texts::add(std::string_view text) {
  const auto found = ids_.find(text);
  if (found != ids_.end()) return found->second;
  const auto id = static_cast<TextId>(texts_.size());
  texts_.emplace_back(text);
  ids_.emplace(texts_.back(), id);
  return id;
}

Result<Columns> scan_runs(const Store& store, std::span<const Head> heads, const Query& query,
                          const ScanOptions& options) {
  const Plan plan = plan_of(query);
  Pool pool(plan, options.rows);
  CHECKED(store.read(
      heads,
      [&](std::size_t i, Record& record) -> Result<bool> {
        auto scanner = pool.take();
        const std::size_t bytes = record.value.size();
        auto read = scanner->read(record.value, heads[i].seq, record.place);
        pool.give_back(std::move(scanner));
        if (!read) return std::unexpected(read.error());
        if (options.progress)
          if (auto told = options.progress(bytes); !told) return std::unexpected(told.error());
        return true;
      },
      options.workers));
  return merged(pool.finish());
}

Result<void> check_keys(const Query& query, const Columns& columns) {
  for (const Condition& condition : query.conditions) {
    const std::string_view key = condition.key;
    const auto is = [&](std::span<const std::string_view> names) {
      return std::ranges::find(names, key) != names.end();
    };
    if (is(query_keys()) || find_known_dimension(key)) continue;
    std::vector<std::string_view> names;
    for (const TextId name : columns.dimension_names) names.push_back(columns.texts[name]);
    if (is(names)) continue;
    names.insert(names.end(), query_keys().begin(), query_keys().end());
    for (const KnownDimension& known : known_dimensions()) names.push_back(known.name);
    const auto close = nearest(key, names);
    // Where nothing was looked at, no one can say what dimensions there are.
    if (!close && columns.runs_seen == 0) continue;
    return fail(Code::usage,
                fmt::format("filter `{}`: it is no key, and none of the {} runs looked at has a "
                            "dimension of that name",
                            safe_text(key, 60), columns.runs_seen),
                close ? fmt::format("did you mean `{}`?", *close)
                      : fmt::format("keys: {}, and any dimension", fmt::join(query_keys(), ", ")));
  }
  return {};
}

}  // namespace perfgate::store
