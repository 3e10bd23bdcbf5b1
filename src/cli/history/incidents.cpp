#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "cli/history/history.hpp"
#include "model/history_fields.hpp"
#include "model/history_json.hpp"
#include "store/repository.hpp"
#include "store/stored_history.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  std::string format = "text", branch;
  bool open = false;
};

void add(CLI::App& app, Options& options) {
  app.add_flag("--open", options.open, "only those that are open");
  app.add_option("--branch", options.branch, "only this branch");
  app.add_option("--format", options.format, "text or json (default: text)")
      ->check(CLI::IsMember({"text", "json"}));
  add_history(app, options.shared);
}

std::string incident_subject(const Incident& incident) {
  if (!incident.headline.empty()) return incident.headline;
  return fmt::format("{}/{} {}", incident.suite.text(), incident.benchmark, incident.metric.text());
}

std::string told_incident(const Incident& incident) {
  std::string text =
      fmt::format("{}  {:<8}  {}  {}\n    {}\n    opened {} by the judgement {}\n", incident.id,
                  perfgate::to_text(incident.state), incident.branch,
                  safe_text(incident_subject(incident), 200), safe_text(incident.why, 300),
                  to_text(incident.opened), incident.opened_by);
  if (incident.state == IncidentState::open) return text;
  text += fmt::format("    closed {}", incident.closed ? to_text(*incident.closed) : "");
  if (!incident.waiver.empty()) text += " by the waiver " + incident.waiver;
  if (!incident.closed_by.empty()) text += " by the judgement " + incident.closed_by;
  return text + "\n";
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Opened opened, open_history(options.shared, env));
  store::Selection selection;
  if (options.open) selection.terms.push_back({"state", "open"});
  if (!options.branch.empty()) selection.terms.push_back({"branch", options.branch});
  TRY(const std::vector<Incident> incidents,
      store::Repository<Incident>(*opened.store).find_all(selection));
  if (options.format == "json") {
    std::string text = "[";
    for (const Incident& incident : incidents)
      text += (text.size() > 1 ? ",\n " : "\n ") + to_json(incident);
    env.out(text + (incidents.empty() ? "]\n" : "\n]\n"));
    return Exit::pass;
  }
  for (const Incident& incident : incidents) env.out(safe_lines(told_incident(incident), 4000));
  if (incidents.empty())
    env.out(fmt::format("no incident{} on record\n", options.open ? " that is open is" : " is"));
  return Exit::pass;
}

}  // namespace

Command history_incidents() {
  return {.name = "incidents",
          .summary = "regressions and violations: since when, by which judgement, how closed",
          .footer =
              "Examples:\n  perfgate history incidents --open\n"
              "  perfgate history incidents --branch main --format json",
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli
