#include "cli/publish/publish.hpp"

#include <CLI/CLI.hpp>

#include "cli/command.hpp"

namespace perfgate::cli {
namespace {

void add(CLI::App& app, PublishOptions& options) {
  app.add_option("--bundle", options.bundles,
                 "folder that --out of gate or ab named, or one that holds such folders "
                 "(repeatable); every one is a section")
      ->required()
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--event", options.event, "the event as JSON (default: GITHUB_EVENT_PATH)");
  app.add_option("--comment", options.comment, "always (default), on-change, on-regression or off")
      ->check(CLI::IsMember({"always", "on-change", "on-regression", "off"}));
  app.add_option("--check", options.check, "beside the commit: run (default), status or none")
      ->check(CLI::IsMember({"run", "status", "none"}));
  app.add_option("--check-name", options.check_name, "its name (default: perfgate)");
  app.add_option("--name", options.name,
                 "tells this comment from others of the same workflow (default: there is one)");
  app.add_option("--leg", options.leg,
                 "of a matrix whose legs publish themselves: the name of its section");
  app.add_option("--author", options.author,
                 "the login that the token speaks for (default: github-actions[bot])");
  app.add_option("--workflow", options.workflow,
                 "in a workflow_run job: the path that the measuring workflow must have");
  app.add_option("--template", options.page,
                 "path in the base branch (default: config/pr_template.md, if there)");
  app.add_flag("--require,--require-comment", options.require,
               "a publication that fails ends in exit 6; else the exit is the verdict's");
  app.add_flag("--dry-run", options.dry_run, "print what would be sent; nothing is asked or sent");
  app.add_flag("--offline", options.offline,
               "for the job that measured: summary, outputs and annotations of the judgement as "
               "it stands; judges nothing, sends nothing, needs no token");
  app.add_option("--fail-on", options.fail_on, "`warn`: warnings fail too")
      ->check(CLI::IsMember({"warn", "fail"}));
  add_config(app, options.shared);
  add_store(app, options.shared);
  add_out(app, options.shared,
          "folder for judgement.json and summary.md (default: perfgate-publish)");
  app.add_flag("-q,--quiet", options.shared.quiet, "only errors");
}

}  // namespace

Command publish_command() {
  return {
      .name = "publish",
      .summary = "comment, check run, summary",
      .footer =
          "Reads what `gate` or `ab` wrote as hostile input, runs nothing that it names, judges "
          "the\n"
          "samples again with the policy and templates of the base branch's tip and the baseline\n"
          "of the history, and tells the verdict: job summary, outputs, annotations, one comment "
          "on\n"
          "the pull request, and a check run. A publication that fails changes no verdict.\n\n"
          "The token comes in PERFGATE_GITHUB_TOKEN or GITHUB_TOKEN; GITHUB_API_URL,\n"
          "GITHUB_REPOSITORY, GITHUB_EVENT_PATH and the rest as the runner sets them. The job "
          "needs\n"
          "`permissions: pull-requests: write` for the comment and `checks: write` for the check\n"
          "run. For pull requests of forks, measure on `pull_request` and publish on\n"
          "`workflow_run`.\n\n"
          "Examples:\n"
          "  perfgate publish --bundle perfgate-out --store git:origin#perfgate-data\n"
          "  perfgate publish --bundle artifacts --comment on-change --check status\n"
          "  perfgate publish --bundle perfgate-out --event event.json --dry-run\n\n"
          "Exit: the verdict's (0 pass, 1 failed, 3 not measured, 4, 5); 2 usage; 6 with "
          "--require,\n"
          "where something could not be published.",
      .add = [](CLI::App& app) { return with<PublishOptions>(app, add, publish); }};
}

}  // namespace perfgate::cli
