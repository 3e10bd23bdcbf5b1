#include "harness/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "harness/looks_like.hpp"
#include "harness/record_lines.hpp"
#include "model/dimensions_json.hpp"

namespace perfgate::harness {
namespace {

using nlohmann::json;

constexpr std::string_view records_name = "measurement records (JSON lines)";
constexpr std::string_view records_hint =
    R"(one JSON object a line: {"operation": "groupby", "backend": "polars", "compute_seconds": 1.5})";
constexpr std::size_t max_members = 100;      // of a record
constexpr std::size_t max_names = 1000;       // of all records
constexpr std::size_t max_characters = 1000;  // of a text that is a dimension
constexpr std::size_t head_size = 4096;
constexpr std::uint64_t bytes_per_record = 250;
constexpr std::uint64_t most_records = 100'000;

/// In names of benchmarks: what would be taken for their punctuation is written as `%2C`.
std::string name_part(std::string_view text) {
  std::string part;
  for (const char c : text) {
    if (c == ',' || c == '=' || c == '%')
      part += fmt::format("%{:02X}", static_cast<unsigned>(c));
    else
      part += c;
  }
  return part;
}

/// "groupby/frontend=pandas,backend=polars,dataset_rows=1000000": the dimensions of fixed meaning
/// in the order of their table, then the free ones by name. What is null says nothing.
std::string name_of(const Dimensions& dimensions, bool with_surroundings) {
  std::string operation, rest;
  const auto add = [&](std::string_view name, const Scalar& value) {
    if (std::holds_alternative<std::monostate>(value)) return;
    rest += fmt::format("{}{}={}", rest.empty() ? "" : ",", name, name_part(to_text(value)));
  };
  for (const KnownDimension& known : known_dimensions()) {
    const Scalar* const value = dimensions.find(known.name);
    if (!value || known.identity == Identity::never) continue;
    if (known.identity == Identity::where_several && !with_surroundings) continue;
    if (known.name == "operation")
      operation = name_part(to_text(*value));
    else
      add(known.name, *value);
  }
  for (const Dimension& dimension : dimensions.all())
    if (!find_known_dimension(dimension.name.text())) add(dimension.name.text(), dimension.value);
  return operation + (operation.empty() || rest.empty() ? "" : "/") + rest;
}

struct Measured {
  Metric metric;
  double value = 0;
};

/// What a line says.
struct Record {
  Dimensions dimensions;
  std::vector<Measured> measured;

  template <class T>
  const T* get(std::string_view name) const {
    const Scalar* const value = dimensions.find(name);
    return value ? std::get_if<T>(value) : nullptr;
  }
};

class RecordReader {
 public:
  RecordReader(std::string_view document, Collector& collector)
      : document_(document), collector_(collector) {}

  Result<void> line(const Line& line) {
    const std::string where = fmt::format("{}:{}", document_, line.number);
    Result<Record> record = read(line, where);
    if (!record) {
      if (records_ == 0 && !looks_like(line.text.substr(0, head_size)).empty())
        return wrong_format(document_, records_name, line.text, std::string(records_hint));
      return std::unexpected(std::move(record).error());
    }
    ++records_;
    return take(*record, where);
  }

  Result<void> finish() const {
    if (records_ > 0) return {};
    return wrong_format(document_, records_name, "", std::string(records_hint));
  }

 private:
  static std::unexpected<Error> wrong(const std::string& where, std::string text,
                                      std::string hint) {
    return fail(Code::parse, where + ": " + std::move(text), std::move(hint));
  }
  static std::unexpected<Error> misfit(const std::string& where, std::string_view key,
                                       std::string_view expected, const json& found) {
    const std::string shown = found.dump(-1, ' ', true, json::error_handler_t::replace);
    return wrong(where,
                 fmt::format("/{}: expected {}, found {} {}", key, expected, found.type_name(),
                             safe_text(shown, 40)),
                 "correct the program that writes the records");
  }

  Result<Record> read(const Line& line, const std::string& where) {
    Result<json> object = parse_json(line.text, where, Code::parse, {.max_depth = 16});
    if (!object) {
      if (!line.ended && !trim(line.text).ends_with('}'))
        return wrong(where, "truncated: the text ends inside a record",
                     "the program may have crashed or been stopped while it wrote; run it again, "
                     "or take the line out");
      if (line.text.contains("}\r"))
        return wrong(where, "lines end in CR alone", "end each line with LF");
      Error error = std::move(object).error();
      // The parser knows of one line only.
      if (const std::size_t at = error.message.find("at line 1, "); at != error.message.npos)
        error.message.erase(at + 3, 8);
      return fail(Code::parse, std::move(error.message), std::string(records_hint));
    }
    if (!object->is_object())
      return wrong(where, fmt::format("expected an object, found {}", object->type_name()),
                   std::string(records_hint));
    if (object->size() > max_members)
      return wrong(where, fmt::format("more than {} members", max_members),
                   "a record is one measurement");
    Record record;
    for (const auto& [key, value] : object->items()) CHECKED(member(record, key, value, where));
    return record;
  }

  Result<void> member(Record& record, const std::string& key, const json& value,
                      const std::string& where) {
    const std::string shown = safe_text(key, 60);
    if (!is_dimension_name(key))
      return wrong(
          where,
          fmt::format("/{}: a member's name is of letters, digits and _, at most 100", shown),
          "rename it");
    if (names_.insert(key).second) {
      if (names_.size() > max_names)
        return wrong(where, fmt::format("/{}: more than {} different names", shown, max_names),
                     "keep what varies in the values, out of the names");
      tell_slip(key);
    }
    std::optional<Scalar> scalar = scalar_from_json(value);
    if (!scalar) return misfit(where, key, "null, true, false, a number or a text", value);
    if (const auto expected = expected_instead(key, *scalar))
      return misfit(where, key, *expected, value);
    if (const auto measure = measure_named(key)) {
      if (value.is_null()) return {};
      if (!value.is_number()) return misfit(where, key, "a number or null", value);
      if (value.get<double>() < 0) return misfit(where, key, "no number below zero", value);
      record.measured.push_back(
          {.metric = {.name = key,
                      .unit = measure->unit,
                      .better = measure->higher_is_better ? Better::higher : Better::lower},
           .value = value.get<double>()});
      return {};
    }
    for (const std::string_view unit : {"_ns", "_us", "_ms"})
      if (value.is_number() && key.ends_with(unit))
        return wrong(where,
                     fmt::format("/{}: a measure is given in a base unit, and {} is none", key,
                                 unit.substr(1)),
                     fmt::format("write `{}_seconds`, in seconds; or, if it is no measure, give it "
                                 "another name",
                                 key.substr(0, key.size() - unit.size())));
    if (const auto* const text = std::get_if<std::string>(&*scalar)) {
      if (key == "notes")
        scalar = safe_text(*text, 500);
      else if (count_code_points(*text) > max_characters)
        return wrong(where,
                     fmt::format("/{}: a text of more than {} characters", key, max_characters),
                     "long texts belong into `notes`");
    }
    record.dimensions.set(key, *std::move(scalar));
    return {};
  }

  void tell_slip(std::string_view key) {
    if (find_known_dimension(key) || measure_named(key)) return;
    std::vector<std::string_view> known;
    for (const KnownDimension& one : known_dimensions()) known.push_back(one.name);
    if (const auto meant = nearest(key, known))
      collector_.note(
          Severity::info, std::nullopt, std::nullopt,
          fmt::format("`{}` is taken as a dimension of your own; was `{}` meant?", key, *meant));
  }

  Result<void> take(const Record& record, const std::string& where) {
    const std::string name = name_of(record.dimensions, true);
    const std::string short_name = name_of(record.dimensions, false);
    if (short_name.empty())
      return wrong(where, "nothing tells what was measured", std::string(records_hint));
    const std::size_t benchmark = collector_.benchmark(name);
    if (name != short_name) collector_.short_name(benchmark, short_name);

    CHECKED(merge(record, benchmark, where));
    const auto* const ok = record.get<bool>("ok");
    if (ok && !*ok) {
      const auto* const notes = record.get<std::string>("notes");
      collector_.note(
          Severity::error, Code::benchmark_error, benchmark,
          notes && !trim(*notes).empty() ? *notes : "the record says `ok: false`, and not why");
      return {};
    }
    if (record.measured.empty())
      collector_.note(Severity::warning, Code::nothing_measured, benchmark,
                      fmt::format("{}: the record holds no measured value", where));
    for (const Measured& measured : record.measured)
      collector_.add(benchmark, measured.metric, measured.value);
    return {};
  }

  /// Several records of one benchmark: the first time, whether all went well, the first notes.
  Result<void> merge(const Record& record, std::size_t benchmark, const std::string& where) {
    Dimensions& all = collector_.dimensions(benchmark);
    for (const Dimension& dimension : record.dimensions.all()) {
      const Scalar* const before = all.find(dimension.name);
      if (!before || std::holds_alternative<std::monostate>(*before)) {
        all.set(dimension.name, dimension.value);
        continue;
      }
      if (*before == dimension.value || std::holds_alternative<std::monostate>(dimension.value))
        continue;
      const std::string& name = dimension.name.text();
      const KnownDimension* const known = find_known_dimension(name);
      if (!known || known->identity != Identity::never)
        return wrong(where,
                     fmt::format("/{}: {} is a text in one record and none in another", name,
                                 safe_text(to_text(dimension.value), 60)),
                     "write it in the same way everywhere");
      if (name == "timestamp") {
        if (moment_from_text(std::get<std::string>(dimension.value)) <
            moment_from_text(std::get<std::string>(*before)))
          all.set(dimension.name, dimension.value);
      } else if (name == "ok") {
        all.set(dimension.name, false);
      } else if (name == "groups" || name == "input_rows") {
        collector_.note(Severity::warning, std::nullopt, benchmark,
                        fmt::format("{}: `{}` is {}, and was {} before", where, name,
                                    to_text(dimension.value), to_text(*before)));
      }
    }
    return {};
  }

  std::string_view document_;
  Collector& collector_;
  std::set<std::string, std::less<>> names_;
  std::size_t records_ = 0;
};

bool is_json_lines(std::string_view path) {
  return path.ends_with(".jsonl") || path.ends_with(".ndjson");
}

Result<void> parse_records(std::span<Document> documents, Collector& collector) {
  for (Document& document : documents) {
    collector.expect(std::min<std::uint64_t>(document.size / bytes_per_record, most_records));
    RecordReader reader(document.name, collector);
    CHECKED(read_lines(document, [&](const Line& line) { return reader.line(line); }));
    CHECKED(reader.finish());
  }
  return {};
}

}  // namespace

Harness records() {
  return {.name = "records",
          .summary = "measurement records as JSON lines, with dimensions of your own",
          .reads = is_json_lines,
          .parse = parse_records};
}

}  // namespace perfgate::harness
