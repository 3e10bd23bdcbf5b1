// Everything that `publish` goes through, in order.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "cli/gating/judging.hpp"
#include "cli/gating/measuring.hpp"
#include "cli/publish/publish.hpp"
#include "sys/git.hpp"
#include "sys/http.hpp"

namespace perfgate::cli {
namespace {

constexpr std::string_view page_path = "config/pr_template.md";

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

void tell_published(const Error& trouble, const Env& env) {
  const std::string message = safe_lines(trouble.message, 2000);
  env.err(fmt::format("perfgate: {}: {}\n", to_text(trouble.code), message));
  if (!trouble.hint.empty()) env.err(fmt::format("hint: {}\n", safe_lines(trouble.hint, 1000)));
}

Exit exit_of_published(const Publication& publication, const PublishOptions& options,
                       bool in_trouble) {
  return in_trouble && options.require ? Exit::github : publication.exit;
}

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
    const std::string api = sys::variable(env_.environment, "GITHUB_API_URL");
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

  /// Of a workflow_run it is the pull request that says whose policy holds: the tip of its base.
  void find_base() {
    auto found = github::find_pull_request(publication_.event, options_.workflow, *client_);
    if (!found) {
      troubles_.push_back(found.error().error);
      return;
    }
    found_ = *std::move(found);
    if (!found_->pull_request) return;
    github::Event& event = publication_.event;
    event.pull_request = found_->pull_request;
    event.base_branch = event.pull_request->base_branch;
    // The tip of the default branch is what this job was started with.
    if (event.base_branch == event.default_branch && !event.base_sha.empty()) return;
    // What the pull request calls its base may be as old as its last push.
    event.base_sha = event.pull_request->base_sha;
    const auto tip = github::branch_tip(event.repository, event.base_branch, *client_);
    if (tip && !tip->empty())
      event.base_sha = *tip;
    else if (!tip)
      troubles_.push_back(tip.error().error);
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
    for (const std::string& head :
         {publication_.event.head_sha, sys::variable(env_.environment, "GITHUB_SHA")}) {
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
    for (const Error& trouble : troubles_) tell_published(trouble, env_);
    std::string said = "comment: " + sent.comment_status;
    if (!sent.comment_url.empty()) said += ", " + safe_text(sent.comment_url, 300);
    const std::string why = sent.why.empty() ? why_none() : sent.why;
    if (!why.empty()) said += " (" + safe_text(why, 300) + ")";
    say(env_, options_, said);
    return exit_of_published(publication_, options_, !troubles_.empty());
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

}  // namespace

Result<Exit> publish(const PublishOptions& options, Env& env) {
  return Publisher(options, env).run();
}

}  // namespace perfgate::cli
