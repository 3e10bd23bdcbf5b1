#include "store/ledger.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "model/judgement_fields.hpp"

namespace perfgate::store {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t records_a_turn = 256;

std::string text_at(const dom::element& object, std::string_view key) {
  std::string_view text;
  return object[key].get_string().get(text) ? std::string() : std::string(text);
}

std::int64_t number_at(const dom::element& object, std::string_view key) {
  std::int64_t number = 0;
  return object[key].get_int64().get(number) ? 0 : number;
}

double real_at(const dom::element& object, std::string_view key) {
  double number = 0;
  return object[key].get_double().get(number) ? 0 : number;
}

template <class E>
E word_at(const dom::element& object, std::string_view key, E otherwise) {
  return enum_from_text<E>(text_at(object, key)).value_or(otherwise);
}

bool truth_at(const dom::element& object, std::string_view key) {
  bool truth = false;
  return !object[key].get_bool().get(truth) && truth;
}

RunFacts run_facts(const dom::element& run) {
  RunFacts facts{.id = text_at(run, "id"), .attempt = static_cast<int>(number_at(run, "attempt"))};
  if (const auto started = time_from_text(text_at(run, "started"))) facts.started = *started;
  dom::element commit;
  if (!run["commit"].get(commit)) {
    facts.sha = text_at(commit, "sha");
    facts.branch = text_at(commit, "branch");
    facts.dirty = truth_at(commit, "dirty");
  }
  dom::array notes;
  if (!run["notes"].get_array().get(notes))
    for (const dom::element note : notes) facts.errors += text_at(note, "severity") == "error";
  return facts;
}

std::string finding_subject(const dom::element& finding) {
  if (std::string headline = text_at(finding, "headline"); !headline.empty()) return headline;
  return fmt::format("{}/{} {}", text_at(finding, "suite"), text_at(finding, "benchmark"),
                     text_at(finding, "metric"));
}

void add_finding(JudgementFacts& facts, const dom::element& finding) {
  ++facts.findings;
  const auto verdict = word_at(finding, "verdict", Verdict::fail);
  facts.failed += verdict == Verdict::fail;
  facts.inconclusive += verdict == Verdict::inconclusive;
  if (facts.why.empty() && verdict != Verdict::pass && verdict != Verdict::improved)
    facts.why = text_at(finding, "why");
  dom::element limit;
  if (finding["limit"].get(limit) || !limit.is_object()) return;
  facts.limits.push_back({.subject = finding_subject(finding),
                          .kind = word_at(limit, "kind", LimitKind::floor),
                          .reason = word_at(finding, "reason", Reason::limit_violated),
                          .written = text_at(limit, "written"),
                          .value = real_at(limit, "value"),
                          .margin = real_at(limit, "margin")});
}

JudgementFacts judgement_facts(const dom::element& judgement) {
  JudgementFacts facts{.run = text_at(judgement, "run"),
                       .run_id = text_at(judgement, "run_id"),
                       .verdict = word_at(judgement, "verdict", Verdict::fail),
                       .exit_code = static_cast<int>(number_at(judgement, "exit_code")),
                       .advisory = !text_at(judgement, "advisory").empty(),
                       .tool = text_at(judgement, "tool"),
                       .method = text_at(judgement, "method"),
                       .baseline = text_at(judgement, "baseline")};
  dom::element commit, counts;
  if (!judgement["commit"].get(commit)) {
    facts.sha = text_at(commit, "sha");
    facts.branch = text_at(commit, "branch");
    facts.dirty = truth_at(commit, "dirty");
  }
  if (!judgement["counts"].get(counts))
    facts.counts = {.expected = static_cast<int>(number_at(counts, "expected")),
                    .measured = static_cast<int>(number_at(counts, "measured")),
                    .compared = static_cast<int>(number_at(counts, "compared")),
                    .added = static_cast<int>(number_at(counts, "added"))};
  dom::array findings;
  if (!judgement["findings"].get_array().get(findings))
    for (const dom::element finding : findings) add_finding(facts, finding);
  return facts;
}

}  // namespace

Result<LedgerEntry> ledger_entry(Record& record) {
  LedgerEntry entry{.seq = record.seq,
                    .prev = std::move(record.prev),
                    .sha256 = std::move(record.sha256),
                    .kind = record.kind,
                    .key = std::move(record.key),
                    .at = record.at,
                    .erased = record.erased()};
  if (entry.erased || (entry.kind != Kind::run && entry.kind != Kind::judgement)) {
    entry.content = std::move(record.value);
    return entry;
  }
  thread_local dom::parser parser;
  std::string& json = record.value;
  json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  dom::element document;
  if (parser.parse(json.data(), json.size(), /*realloc_if_needed=*/false).get(document))
    return fail(Code::store,
                fmt::format("{}: the value of the {} is no JSON", record.place,
                            perfgate::to_text(record.kind)),
                "`perfgate history verify` tells what else is damaged");
  if (entry.kind == Kind::run)
    entry.content = run_facts(document);
  else
    entry.content = judgement_facts(document);
  return entry;
}

Result<void> read_ledger(const Store& store, const std::function<Result<void>(LedgerEntry&)>& visit,
                         unsigned workers) {
  TRY(std::vector<Head> heads, store.list({.all_versions = true}));
  std::vector<LedgerEntry> turn;
  for (std::size_t at = 0; at < heads.size(); at += records_a_turn) {
    const auto part = std::span(heads).subspan(at, std::min(records_a_turn, heads.size() - at));
    turn.assign(part.size(), {});
    CHECKED(store.read(
        part,
        [&](std::size_t i, Record& record) -> Result<bool> {
          TRY(turn[i], ledger_entry(record));
          return true;
        },
        workers));
    for (LedgerEntry& entry : turn) CHECKED(visit(entry));
    // There are as many as the history has records, and what is made of them takes their place.
    for (Head& head : part) std::string().swap(head.key);
  }
  return {};
}

}  // namespace perfgate::store
