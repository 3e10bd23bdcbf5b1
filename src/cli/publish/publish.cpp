#include "cli/publish/publish.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <thread>

#include "base/embedded.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "cli/command.hpp"
#include "cli/gating/judging.hpp"
#include "cli/gating/measuring.hpp"
#include "gate/findings.hpp"
#include "sys/file.hpp"
#include "sys/git.hpp"
#include "sys/http.hpp"

namespace perfgate::cli {
namespace {

constexpr std::string_view page_path = "config/pr_template.md";
constexpr std::size_t largest_event = std::size_t{32} << 20;

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

std::string variable(const Env& env, std::string_view name) {
  return sys::variable(env.environment, name);
}

std::int64_t number_of(const std::string& text, std::int64_t otherwise) {
  constexpr std::size_t most_digits = 12;
  if (text.empty() || text.size() > most_digits ||
      text.find_first_not_of("0123456789") != text.npos)
    return otherwise;
  return std::stoll(text);
}

/// The event of this job; none: at a machine of one's own.
Result<github::Event> event_of(const PublishOptions& options, const Env& env) {
  const std::string path =
      options.event.empty() ? variable(env, "GITHUB_EVENT_PATH") : options.event;
  if (path.empty()) {
    if (const std::string name = variable(env, "GITHUB_EVENT_NAME"); !name.empty())
      return fail(Code::usage, fmt::format("the event of this `{}` job is not known", name),
                  "GITHUB_EVENT_PATH is not set: give its file by --event");
    return github::Event{};
  }
  TRY(const std::string text, sys::read_file(path, largest_event));
  return github::read_event(text, fmt::format("the event {}", safe_text(path, 300)),
                            {.event_name = variable(env, "GITHUB_EVENT_NAME"),
                             .repository = variable(env, "GITHUB_REPOSITORY"),
                             .sha = variable(env, "GITHUB_SHA"),
                             .ref_name = variable(env, "GITHUB_REF_NAME")});
}

/// ".github/workflows/perf.yml" of the workflow that measured: the same in both halves of a pair.
std::string workflow_of(const github::Event& event, const Env& env) {
  if (event.run) return event.run->path;
  std::string ref = variable(env, "GITHUB_WORKFLOW_REF");  // o/r/.github/workflows/x.yml@refs/...
  ref = ref.substr(0, ref.find('@'));
  if (ref.starts_with(event.repository + "/")) return ref.substr(event.repository.size() + 1);
  return variable(env, "GITHUB_WORKFLOW");
}

report::Marker marker_of(const github::Event& event, const PublishOptions& options,
                         const Env& env) {
  report::Marker marker{.id = sha256(fmt::format("{}\n{}\n{}", event.repository,
                                                 workflow_of(event, env), options.name)),
                        .sha = event.head_sha};
  if (event.run)
    marker.stamp = {.run = event.run->number, .attempt = event.run->attempt};
  else
    marker.stamp = {.run = number_of(variable(env, "GITHUB_RUN_NUMBER"), 0),
                    .attempt = static_cast<int>(number_of(variable(env, "GITHUB_RUN_ATTEMPT"), 1))};
  return marker;
}

/// A store in the work tree may be the pull request's own: of those only a named one is trusted.
bool is_trusted(const PublishOptions& options, const Settings& settings, const github::Event& event,
                const Env& env) {
  if (!event.pull_request && !event.run) return true;
  if (!options.shared.store.empty() || !variable(env, "PERFGATE_STORE_URL").empty()) return true;
  return settings.store_url.find(':') != std::string::npos &&
         !settings.store_url.starts_with("dir:");
}

/// `nothing` keeps the folder of a history that holds none.
Result<std::unique_ptr<store::Store>> store_of(const PublishOptions& options,
                                               const Settings& settings, const github::Event& event,
                                               Env& env, std::vector<std::string>& notices,
                                               std::optional<sys::TemporaryDirectory>& nothing) {
  if (is_trusted(options, settings, event, env)) return store::open(settings.store_url);
  notices.push_back(
      fmt::format("No baseline was looked for: the history {} lies in the work tree, which the "
                  "pull request may have written. Name one that it cannot: --store.",
                  settings.store_url));
  TRY(sys::TemporaryDirectory made, sys::TemporaryDirectory::make(temporary_directory(env)));
  nothing.emplace(std::move(made));
  return store::open("dir:" + nothing->path());
}

/// The head of the history: whoever changes what stands before it is found out.
std::string witness_of(const store::Store& store) {
  const auto heads = store.list({.all_versions = true, .newest_first = true, .limit = 1});
  if (!heads || heads->empty()) return "";
  std::string text;
  const auto read = store.read(*heads, [&](std::size_t, store::Record& record) -> Result<bool> {
    text = fmt::format("{}:{}", record.seq, record.sha256.substr(0, 32));
    return true;
  });
  return read ? text : "";
}

report::LimitText limit_text(const Policy& policy) {
  return [&policy](const Finding& finding) -> std::string {
    Bands bands{.warn = policy.regression_threshold, .fail = policy.regression_fail_threshold};
    if (finding.headline.empty() && !finding.benchmark.empty())
      bands = gate::effective_bands(
          policy, gate::effective_rule(policy, finding.suite, finding.benchmark, finding.metric));
    const auto percent = [](const Decimal& ratio) {
      return fmt::format("{:.4g} %", 100 * ratio.to_double());
    };
    std::string text;
    if (bands.warn) text = percent(*bands.warn);
    if (bands.fail) text += (text.empty() ? "" : " / ") + percent(*bands.fail);
    return text;
  };
}

constexpr std::int64_t day_ms = 86'400'000;

/// Which baseline it was, how old it is, and how far from where the branch left.
std::string baseline_fact(const JudgedBundle& bundle, const github::Event& event,
                          const std::optional<sys::GitObjects>& objects) {
  if (!bundle.base || bundle.by_turns) return "";
  std::string text = "baseline";
  const std::string& sha = bundle.base->commit.sha;
  if (!sha.empty()) text += " of commit " + safe_text(sha.substr(0, 10), 40);
  const std::int64_t age = bundle.started.unix_ms - bundle.base->started.unix_ms;
  text += fmt::format(", measured {}", date_text(bundle.base->started));
  if (age >= day_ms) text += fmt::format(" ({} days before this run)", age / day_ms);
  if (!bundle.judgement.baseline_distance.empty()) {
    text += ", " + safe_text(bundle.judgement.baseline_distance, 200);
  } else if (objects && !sha.empty() && !event.base_sha.empty()) {
    const auto parted = objects->merge_base(event.base_sha, event.head_sha);
    const std::string from = parted && *parted ? **parted : event.base_sha;
    const auto distance = objects->distance(sha, from);
    if (distance && *distance)
      text += fmt::format(", {} commit{} before the merge base {}", **distance,
                          **distance == 1 ? "" : "s", from.substr(0, 10));
    else
      text += "; how far it is from the merge base this clone does not tell (fetch-depth: 0)";
  }
  return text;
}

std::vector<std::string> commands_of(const JudgedBundle& bundle, const github::Event& event) {
  std::vector<std::string> commands;
  if (!event.base_sha.empty() && !event.head_sha.empty() && event.base_sha != event.head_sha)
    commands.push_back(fmt::format("perfgate ab {} {}", event.base_sha.substr(0, 10),
                                   event.head_sha.substr(0, 10)));
  commands.emplace_back(bundle.by_turns
                            ? "perfgate check --run head/run.json --baseline base/run.json"
                            : "perfgate check --run run.json");
  return commands;
}

std::string section_name(const PublishOptions& options, const std::string& bundle, bool only) {
  if (only) return options.leg;
  return options.leg.empty() ? bundle : options.leg + "/" + bundle;
}

/// Where several hold, the first of these.
Exit worst_of(const std::vector<JudgedBundle>& bundles) {
  for (const Exit exit :
       {Exit::failed, Exit::not_measured, Exit::not_comparable, Exit::inconclusive})
    for (const JudgedBundle& bundle : bundles)
      if (bundle.judgement.exit_code == static_cast<int>(exit)) return exit;
  return Exit::pass;
}

void add_sections(Publication& publication, const PublishOptions& options,
                  const report::LimitText& limit, const std::optional<sys::GitObjects>& objects) {
  std::map<std::string, int> names;
  for (const JudgedBundle& bundle : publication.bundles) {
    report::CommentSection section = report::section_of(bundle.judgement, limit);
    section.name = section_name(options, bundle.name, publication.bundles.size() == 1);
    if (const int count = ++names[section.name]; count > 1)
      section.name += fmt::format(" ({})", count);
    section.stamp = publication.comment.marker.stamp;
    section.sha = publication.event.head_sha;
    section.notices.insert(section.notices.end(), bundle.notices.begin(), bundle.notices.end());
    if (std::string fact = baseline_fact(bundle, publication.event, objects); !fact.empty())
      section.facts.push_back(std::move(fact));
    section.reproduce = commands_of(bundle, publication.event);
    publication.comment.sections.push_back(std::move(section));
    for (const Finding& finding : bundle.judgement.findings) {
      if (finding.verdict == Verdict::fail || finding.verdict == Verdict::not_measured)
        ++publication.failures;
      if (finding.verdict == Verdict::warn) ++publication.warnings;
    }
    if (publication.baseline_sha.empty())
      publication.baseline_sha = bundle.judgement.baseline_commit.sha;
  }
  std::ranges::stable_sort(publication.comment.sections, {}, &report::CommentSection::name);
  publication.exit = worst_of(publication.bundles);
}

Result<std::vector<github::ReadBundle>> read_all(const PublishOptions& options) {
  std::vector<github::ReadBundle> all;
  for (const std::string& folder : options.bundles) {
    TRY(std::vector<github::ReadBundle> read, github::read_bundles(folder));
    std::ranges::move(read, std::back_inserter(all));
  }
  return all;
}

Result<std::string> page_of(const PublishOptions& options, const FileReader& files) {
  const std::string path = options.page.empty() ? std::string(page_path) : options.page;
  TRY(const std::optional<std::string> own, files(path));
  if (!own && !options.page.empty())
    return fail(Code::config,
                fmt::format("{}: the base branch has no such file", safe_text(path, 200)),
                "give the path of the template below the repository's top");
  if (!own) return std::string(embedded(page_path));
  CHECKED(report::check_template(*own, path));
  return *own;
}

void say(const Env& env, const PublishOptions& options, const std::string& text) {
  if (!options.shared.quiet) env.err("perfgate: " + text + "\n");
}

void tell(const Error& trouble, const Env& env) {
  const std::string message = safe_lines(trouble.message, 2000);
  env.err(fmt::format("perfgate: {}: {}\n", to_text(trouble.code), message));
  if (!trouble.hint.empty()) env.err(fmt::format("hint: {}\n", safe_lines(trouble.hint, 1000)));
}

Exit exit_of(const Publication& publication, const PublishOptions& options, bool in_trouble) {
  return in_trouble && options.require ? Exit::github : publication.exit;
}

/// Everything that `publish` goes through, in order.
class Publisher {
 public:
  Publisher(const PublishOptions& options, Env& env) : options_(options), env_(env) {}

  Result<Exit> run() {
    const sys::NoCore no_core;
    sys::Token token = sys::take_token(env_.environment, {"PERFGATE_GITHUB_TOKEN", "GITHUB_TOKEN"});
    TRY(publication_.event, event_of(options_, env_));
    TRY(std::vector<github::ReadBundle> bundles, read_all(options_));
    publication_.comment.marker = marker_of(publication_.event, options_, env_);
    publication_.comment.tool = fmt::format("perfgate {}", version());
    if (options_.offline) return run_offline(std::move(bundles));
    const bool local = publication_.event.kind == github::EventKind::local;
    has_token_ = !token.empty();
    if (!local && has_token_ && !options_.dry_run) CHECKED(open_client(std::move(token)));
    if (client_ && publication_.event.run) find_base();
    TRY(const bool enabled, read_configuration(local));
    if (!enabled) {
      say(env_, options_, "the policy has pr_comment_enabled = false: nothing is published");
      return Exit::pass;
    }
    CHECKED(judge_all(std::move(bundles)));
    if (local) return tell_locally();
    if (options_.dry_run) {
      TRY(const std::string text, told_instead(publication_, options_));
      env_.out(text + "\n");
      return publication_.exit;
    }
    CHECKED(tell_runner(publication_, options_, env_));
    return publish();
  }

 private:
  Result<void> open_client(sys::Token token) {
    const std::string api = variable(env_, "GITHUB_API_URL");
    if (api.empty())
      return fail(Code::usage, "GITHUB_API_URL is not set: where is GitHub?",
                  "the runner sets it; by hand: GITHUB_API_URL=https://api.github.com");
    clock_ = github::real_clock(env_.signals);
    // A check run that was begun is completed also when a signal came, quickly.
    github::Clock clock = clock_;
    clock.sleep = [this, sleep = clock_.sleep](std::chrono::milliseconds time) {
      if (!last_words_) return sleep(time);
      std::this_thread::sleep_for(std::min(time, std::chrono::milliseconds(1000)));
      return true;
    };
    const auto transport =
        [this, usual = sys::http_transport(env_.environment, {}, env_.signals),
         last = sys::http_transport(env_.environment)](const sys::HttpRequest& request) {
          if (!last_words_) return usual(request);
          sys::HttpRequest quick = request;
          quick.timeout = std::min(quick.timeout, std::chrono::milliseconds(4000));
          return last(quick);
        };
    // What is read without a clone, and pages of comments beyond the first, come on top of the
    // eight calls that the plain case keeps to.
    constexpr int most_calls = 40, most_requests = 80;
    TRY(github::Client client,
        github::Client::create(
            {.api_url = api, .max_calls = most_calls, .max_requests = most_requests},
            std::move(token), transport, clock,
            [this](std::string_view line) { say(env_, options_, safe_text(line, 1000)); }));
    client_.emplace(std::move(client));
    return {};
  }

  /// Of a workflow_run it is the pull request that says whose policy holds.
  void find_base() {
    auto found = github::find_pull_request(publication_.event, options_.workflow, *client_);
    if (!found) {
      troubles_.push_back(found.error().error);
      return;
    }
    found_ = *std::move(found);
    if (!found_->pull_request) return;
    github::Event& event = publication_.event;
    // The tip of the default branch is what this job was started with.
    if (found_->pull_request->base_branch != event.default_branch || event.base_sha.empty())
      event.base_sha = found_->pull_request->base_sha;
    event.base_branch = found_->pull_request->base_branch;
    event.pull_request = found_->pull_request;
  }

  /// False: the policy wants no publication.
  Result<bool> read_configuration(bool local) {
    if (local) {
      files_ = read_from_disk;
      if (const auto commit = sys::read_commit(".", env_.environment); commit && *commit) {
        publication_.event.head_sha = (*commit)->sha;
        publication_.comment.marker.sha = (*commit)->sha;
      }
    } else {
      TRY(BaseBranch base,
          BaseBranch::open(publication_.event, client_ ? &*client_ : nullptr, env_));
      base_.emplace(std::move(base));
      files_ = [this](const std::string& path) -> Result<std::optional<std::string>> {
        if (const auto known = read_.find(path); known != read_.end()) return known->second;
        TRY(std::optional<std::string> text, base_->read(path));
        return read_[path] = std::move(text);
      };
    }
    TRY(SettingsFrom read, load_settings_from(options_.shared, env_, files_));
    from_ = std::move(read);
    TRY(publication_.page, page_of(options_, files_));
    publication_.policy_path = from_.policy_path;
    publication_.policy_files = {from_.config_path, from_.policy_path, from_.settings.waivers_path,
                                 options_.page.empty() ? std::string(page_path) : options_.page};
    return from_.settings.policy.automation.pr_comment_enabled;
  }

  Result<void> judge_all(std::vector<github::ReadBundle> bundles) {
    TRY(const std::unique_ptr<store::Store> store,
        store_of(options_, from_.settings, publication_.event, env_, publication_.comment.notices,
                 no_history_));
    publication_.comment.witness = witness_of(*store);
    const auto& pull = publication_.event.pull_request;
    if (pull && pull->from_fork())
      publication_.comment.notices.emplace_back(
          "Measured by the pull request's code, from a fork: the numbers are what that code says. "
          "What decides is a measurement after review (merge queue, or push).");
    if (pull && base_) CHECKED(note_changes());
    // Of a workflow_run the runner does not say it.
    if (pull) env_.environment["GITHUB_BASE_REF"] = pull->base_branch;
    for (github::ReadBundle& bundle : bundles)
      publication_.bundles.push_back(judge_bundle(std::move(bundle), publication_.event,
                                                  from_.settings, files_, options_.fail_on, *store,
                                                  env_));
    static const std::optional<sys::GitObjects> none;
    add_sections(publication_, options_, limit_text(from_.settings.policy),
                 base_ ? base_->objects() : none);
    return {};
  }

  /// Whether the pull request changes what it is judged by, where this clone knows it.
  Result<void> note_changes() {
    for (const std::string& head : {publication_.event.head_sha, variable(env_, "GITHUB_SHA")}) {
      if (head == publication_.event.base_sha) continue;
      TRY(const auto changed, base_->changed(publication_.policy_files, head));
      if (!changed) continue;
      publication_.knows_changes = true;
      note_policy_change(publication_, *changed);
      return {};
    }
    return {};
  }

  Result<Exit> run_offline(std::vector<github::ReadBundle> bundles) {
    publication_.page = embedded(page_path);
    for (github::ReadBundle& bundle : bundles)
      publication_.bundles.push_back(as_claimed(std::move(bundle), from_.settings));
    add_sections(publication_, options_, {}, std::nullopt);
    CHECKED(tell_runner(publication_, options_, env_));
    return publication_.exit;
  }

  Result<Exit> tell_locally() {
    TRY(const std::string text,
        report::comment_text(publication_.comment, {.page = publication_.page, .hidden = false}));
    env_.out(text);
    say(env_, options_,
        "this is no job of GitHub Actions, so nothing was sent. To publish from here it takes: "
        "--event FILE (the event as JSON), GITHUB_REPOSITORY (owner/name), GITHUB_API_URL, and a "
        "token in PERFGATE_GITHUB_TOKEN");
    return publication_.exit;
  }

  Result<Exit> publish() {
    const bool silent = options_.comment == "off" && options_.check == "none";
    Sent sent;
    if (client_) {
      sent = send(publication_, options_, *client_, found_ ? &*found_ : nullptr, clock_,
                  [this] { last_words_ = env_.signals && env_.signals->first(); });
    } else if (!silent) {
      sent.comment_status = "failed";
      sent.troubles.push_back(
          {Code::github, "there is no token: nothing was sent",
           "give the step PERFGATE_GITHUB_TOKEN: ${{ github.token }}, and the "
           "job `permissions: pull-requests: write` and `checks: write`; or say "
           "--comment off --check none"});
    }
    troubles_.insert(troubles_.end(), sent.troubles.begin(), sent.troubles.end());
    CHECKED(tell_runner(sent, env_));
    for (const Error& trouble : troubles_) tell(trouble, env_);
    std::string said = "comment: " + sent.comment_status;
    if (!sent.comment_url.empty()) said += ", " + safe_text(sent.comment_url, 300);
    const std::string why = sent.why.empty() ? why_none() : sent.why;
    if (!why.empty()) said += " (" + safe_text(why, 300) + ")";
    say(env_, options_, said);
    return exit_of(publication_, options_, !troubles_.empty());
  }

  std::string why_none() const {
    if (found_ && !found_->why_not.empty()) return found_->why_not;
    if (!publication_.event.pull_request && !publication_.event.run)
      return fmt::format("a {} belongs to no pull request",
                         github::to_text(publication_.event.kind));
    return "";
  }

  const PublishOptions& options_;
  Env& env_;
  Publication publication_;
  SettingsFrom from_;
  FileReader files_;
  std::map<std::string, std::optional<std::string>> read_;  // what files_ has read
  std::optional<github::Client> client_;
  github::Clock clock_;
  std::optional<github::FoundPull> found_;
  std::optional<BaseBranch> base_;
  std::optional<sys::TemporaryDirectory> no_history_;
  std::vector<Error> troubles_;
  bool has_token_ = false;
  bool last_words_ = false;  // a signal came, and the check is still to be completed
};

Result<Exit> run(const PublishOptions& options, Env& env) { return Publisher(options, env).run(); }

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
      .add = [](CLI::App& app) { return with<PublishOptions>(app, add, run); }};
}

}  // namespace perfgate::cli
