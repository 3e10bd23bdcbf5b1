#include "model/judgement_json.hpp"

#include "base/codec.hpp"
#include "base/json.hpp"
#include "model/judgement_fields.hpp"
#include "model/run_json.hpp"

namespace perfgate {

static_assert(arity<Comparison> == described_members<Comparison>);
static_assert(arity<LimitCheck> == described_members<LimitCheck>);
static_assert(arity<Finding> == described_members<Finding>);
static_assert(arity<Counts> == described_members<Counts>);
static_assert(arity<Judgement> == described_members<Judgement>);
static_assert(arity<Drift> == described_members<Drift>);
static_assert(arity<Hypothesis> == described_members<Hypothesis>);
static_assert(arity<HypothesisAnswer> == described_members<HypothesisAnswer>);
static_assert(arity<HypothesisResult> == described_members<HypothesisResult>);
static_assert(arity<Waiver> == described_members<Waiver>);

void write_judgement(const Judgement& judgement, JsonWriter::Sink sink, int pretty_levels) {
  JsonWriter out(std::move(sink), pretty_levels);
  codec::write(out, judgement);
}

Result<Judgement> read_judgement(std::string_view text, std::string_view name) {
  TRY(const nlohmann::json document, parse_json(text, name, Code::schema));
  CHECKED(check_schema_name(document, "judgement", 1, name));
  return codec::read<Judgement>(document, codec::Place{.key = name});
}

std::string judgement_json_schema() {
  nlohmann::json schema = codec::schema<Judgement>();
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["properties"]["schema"] = {{"const", judgement_schema_name}};
  return schema.dump(2) + "\n";
}

}  // namespace perfgate
