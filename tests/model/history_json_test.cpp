#include "model/history_json.hpp"

#include <doctest/doctest.h>

#include "model/history_fields.hpp"

namespace perfgate {
namespace {

constexpr Time then{1'795'000'000'000};

Baseline some_baseline() {
  return {.branch = "main",
          .host_class = "cpu=A",
          .name = "v1.4",
          .run = "r#2#s",
          .run_id = "r",
          .attempt = 2,
          .commit = "1a2b",
          .at = then,
          .by = "me",
          .why = "a \"reason\"\n",
          .action = "rollback"};
}

TEST_CASE("what the history keeps is one line each and comes back") {
  const auto same = [](const auto& entity, auto read) {
    const std::string text = to_json(entity);
    CHECK_FALSE(text.contains('\n'));
    const auto back = read(text, "p");
    REQUIRE(back);
    CHECK(*back == entity);
  };
  same(some_baseline(), read_baseline);
  same(Incident{.id = "i",
                .branch = "main",
                .state = IncidentState::accepted,
                .suite = Symbol("s"),
                .benchmark = "b",
                .metric = Symbol("time"),
                .headline = "h",
                .limit = LimitKind::ceiling,
                .reason = Reason::drifted,
                .why = "w",
                .opened = then,
                .opened_by = "j1",
                .run_id = "r",
                .commit = "c",
                .closed = then,
                .closed_by = "j2",
                .waiver = "w1"},
       read_incident);
  same(Incident{}, read_incident);
  same(Waiver{.id = "w",
              .suite = "s*",
              .max_change = 0.08,
              .reason = "r",
              .ticket = "T-1",
              .owner = "o",
              .created = then,
              .expires = then,
              .origin = "waivers.toml:3"},
       read_waiver);
  same(Mark{.judgement = "main@r", .at = then, .by = "me", .wrong = true, .why = "noise"},
       read_mark);
  for (int action = 0; action <= static_cast<int>(AuditAction::import); ++action)
    same(AuditRecord{.at = then,
                     .action = static_cast<AuditAction>(action),
                     .actor = "me",
                     .role = "OWNER",
                     .branch = "main",
                     .subject = "run r",
                     .allowed = false,
                     .why = "not in the list"},
         read_audit_record);
}

TEST_CASE("a baseline of the first version is read as one without name and key") {
  const auto old = read_baseline(
      R"({"branch":"main","host_class":"h","run_id":"r","attempt":1,"at":"2026-11-20T00:00:00.000Z","by":"me","why":"","action":"promote"})",
      "p");
  REQUIRE(old);
  CHECK(old->name.empty());
  CHECK(old->run.empty());
  CHECK(old->commit.empty());
  CHECK(old->run_id == "r");
}

TEST_CASE("a record of the history that does not fit says where") {
  CHECK(read_baseline("{}", "p").error().message == "p: `branch` is missing");
  CHECK(read_baseline("{", "p").error().code == Code::store);
  CHECK(read_audit_record(R"({"at": 5})", "p").error().message ==
        "p: /at: expected a text, found number 5");
  const auto unknown = read_mark(
      R"({"judgement":"j","at":"2026-11-20T00:00:00.000Z","by":"b","wrong":true,"why":"","whi":""})",
      "p");
  CHECK(unknown.error().code == Code::schema);
  CHECK(unknown.error().hint == "did you mean `why`?");
}

}  // namespace
}  // namespace perfgate
