// JUnit XML, as CI systems show it: a test suite per suite, a test case per outcome. Source: the
// schema that Jenkins and GitLab read (jenkinsci/xunit-plugin, junit-10.xsd).

#include <fmt/format.h>

#include <map>

#include "model/judgement_fields.hpp"
#include "report/html.hpp"
#include "report/phrases.hpp"
#include "report/report.hpp"

namespace perfgate::report {
namespace {

enum class State { passed, failed, error, skipped };

State state_of(const Outcome& outcome) {
  if (!outcome.verdict) return State::passed;
  switch (*outcome.verdict) {
    case Verdict::fail:
      return State::failed;
    case Verdict::not_measured:
      return State::error;
    case Verdict::inconclusive:
    case Verdict::not_comparable:
      return State::skipped;
    default:
      return State::passed;
  }
}

struct Counted {
  int tests = 0, failures = 0, errors = 0, skipped = 0;

  void take(const Outcome& outcome) {
    ++tests;
    const State state = state_of(outcome);
    failures += state == State::failed ? 1 : 0;
    errors += state == State::error ? 1 : 0;
    skipped += state == State::skipped ? 1 : 0;
  }
  std::string text() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", tests, failures,
                       errors, skipped);
  }
};

std::string suite_of(const Outcome& outcome) {
  return outcome.suite.empty() ? "perfgate" : outcome.suite;
}

std::string name_of(const Outcome& outcome) {
  std::string name = outcome.name.empty() ? "(run)" : outcome.name;
  for (const std::string* part : {&outcome.metric, &outcome.check})
    if (!part->empty()) name += " " + *part;
  return name;
}

std::string case_text(const Outcome& outcome) {
  std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
                                 html_text(suite_of(outcome)), html_text(name_of(outcome)));
  for (const Figure& figure : outcome.figures)
    if ((figure.name == "head" || figure.name == "value") && figure.unit == BaseUnit::second) {
      text += fmt::format(" time=\"{:.9f}\"", figure.value);
      break;
    }
  const std::string message = html_text(outcome.message);
  const std::string type =
      html_text(outcome.rule + (outcome.code ? " " + to_text(*outcome.code) : ""));
  switch (state_of(outcome)) {
    case State::failed:
      return text + fmt::format(
                        ">\n      <failure message=\"{0}\" type=\"{1}\">{0}</failure>\n"
                        "    </testcase>\n",
                        message, type);
    case State::error:
      return text + fmt::format(
                        ">\n      <error message=\"{0}\" type=\"{1}\">{0}</error>\n"
                        "    </testcase>\n",
                        message, type);
    case State::skipped:
      return text + fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", message);
    case State::passed:
      break;
  }
  if (outcome.verdict && *outcome.verdict != Verdict::pass && !message.empty())
    return text + fmt::format(">\n      <system-out>{}: {}</system-out>\n    </testcase>\n",
                              word(*outcome.verdict), message);
  return text + "/>\n";
}

Result<void> write_junit(const Report& report, const Style&, const Sink& sink) {
  std::map<std::string, std::vector<const Outcome*>> suites;
  Counted all;
  for (const Outcome& outcome : report.outcomes) {
    suites[suite_of(outcome)].push_back(&outcome);
    all.take(outcome);
  }
  const std::string made =
      report.document.made
          ? fmt::format(" timestamp=\"{}\"", to_text(*report.document.made).substr(0, 19))
          : "";
  sink("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  sink(fmt::format("<testsuites name=\"perfgate {}\" {}>\n", to_text(report.kind), all.text()));
  for (const auto& [name, outcomes] : suites) {
    Counted counted;
    for (const Outcome* outcome : outcomes) counted.take(*outcome);
    sink(fmt::format("  <testsuite name=\"{}\" {}{}>\n", html_text(name), counted.text(), made));
    for (const Outcome* outcome : outcomes) sink(case_text(*outcome));
    sink("  </testsuite>\n");
  }
  sink("</testsuites>\n");
  return {};
}

}  // namespace

Format junit() {
  return {.name = "junit",
          .suffix = "junit.xml",
          .summary = "JUnit XML: a test case per finding",
          .needs = Needs::verdict,
          .write = write_junit};
}

}  // namespace perfgate::report
