#include "base/codec.hpp"
#include "base/json.hpp"
#include "measure/bisect.hpp"

namespace perfgate {

template <>
struct EnumTexts<measure::Standing> {
  static constexpr std::array<std::pair<measure::Standing, std::string_view>, 3> values{
      {{measure::Standing::good, "good"},
       {measure::Standing::bad, "bad"},
       {measure::Standing::skipped, "skipped"}}};
};

template <>
struct Describe<measure::Change> {
  static constexpr std::string_view name = "Change";
  static constexpr std::string_view doc = "A change of cost as a ratio, with its bounds.";
  static constexpr auto fields =
      std::tuple(field("estimate", &measure::Change::estimate, "0.1: 10 % worse"),
                 field("low", &measure::Change::low, "at least, with 95 %"),
                 field("high", &measure::Change::high, "at most, with 95 %"));
};

template <>
struct Describe<measure::Tested> {
  static constexpr std::string_view name = "Tested";
  static constexpr std::string_view doc = "A commit that was compared with the good one.";
  static constexpr auto fields = std::tuple(
      field("commit", &measure::Tested::commit, "its id"),
      field("standing", &measure::Tested::standing, "good, bad or skipped"),
      field("compared", &measure::Tested::compared, "false: it could not be built or run"),
      field("change", &measure::Tested::change, "against the good commit"),
      field("rounds", &measure::Tested::rounds, "that were measured"),
      field("why", &measure::Tested::why, "why it was skipped"));
};

template <>
struct Describe<measure::Bisection> {
  static constexpr std::string_view name = "Bisection";
  static constexpr std::string_view doc = "A search for the commit that made a benchmark slower.";
  static constexpr auto fields = std::tuple(
      field("schema", &measure::Bisection::schema, "perfgate.bisection/1"),
      field("good", &measure::Bisection::good, "a commit without the regression"),
      field("bad", &measure::Bisection::bad, "a commit with it"),
      field("commits", &measure::Bisection::commits, "after good, up to bad"),
      field("only", &measure::Bisection::only, "glob of the benchmarks looked at"),
      field("seed", &measure::Bisection::seed, "of the orders"),
      field("suite", &measure::Bisection::suite, "of the benchmark that became slower"),
      field("benchmark", &measure::Bisection::benchmark, "its name"),
      field("metric", &measure::Bisection::metric, "the metric's name"),
      field("whole", &measure::Bisection::whole, "bad against good"),
      field("tested", &measure::Bisection::tested, "in the order tested"),
      field("found", &measure::Bisection::found, "the last of the range against what precedes it"));
};

namespace measure {

static_assert(arity<Change> == described_members<Change>);
static_assert(arity<Tested> == described_members<Tested>);
static_assert(arity<Bisection> == described_members<Bisection>);

std::string_view standing_text(Standing standing) { return to_text(standing); }

std::string to_json(const Bisection& bisection) {
  std::string text;
  {
    JsonWriter out([&](std::string_view piece) { text += piece; }, 3);
    codec::write(out, bisection);
  }
  return text + "\n";
}

Result<Bisection> read_bisection(std::string_view text, std::string_view name) {
  TRY(const nlohmann::json document, parse_json(text, name, Code::schema));
  return codec::read<Bisection>(document, codec::Place{.key = name});
}

}  // namespace measure
}  // namespace perfgate
