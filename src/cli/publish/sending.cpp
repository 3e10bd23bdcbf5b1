// The network's part: the comment and the check.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "cli/publish/publish.hpp"
#include "github/checks.hpp"
#include "github/comments.hpp"

namespace perfgate::cli {
namespace {

using github::Failure;

bool is_bad(Verdict verdict) { return verdict != Verdict::pass && verdict != Verdict::improved; }

/// What a reader must hear again: which benchmarks stand out, and how.
std::set<std::string> news_of(const report::Comment& comment) {
  std::set<std::string> news;
  constexpr std::size_t kept = 10;  // so many the comment remembers
  for (const report::CommentSection& section : comment.sections) {
    news.insert(fmt::format("{}\n{}", section.name, static_cast<int>(section.verdict)));
    for (std::size_t i = 0; i < std::min(kept, section.rows.size()); ++i)
      news.insert(fmt::format(
          "{}\n{}\n{}\n{}", section.name, static_cast<int>(section.rows[i].verdict),
          safe_text(section.rows[i].name, 800), safe_text(section.rows[i].metric, 800)));
  }
  return news;
}

/// As GitHub may give it back.
std::string_view essence(std::string_view body) { return trim(body); }

/// Our comments as one: what any of them knows is newest.
std::optional<report::Comment> known_from(const std::vector<std::string>& bodies) {
  std::vector<report::Comment> states;
  for (const std::string& body : bodies)
    if (auto state = report::read_state(body)) states.push_back(*std::move(state));
  std::ranges::stable_sort(states, {}, [](const report::Comment& c) { return c.marker.stamp; });
  std::optional<report::Comment> known;
  for (const report::Comment& state : states) known = report::merged(known, state);
  return known;
}

github::Wish wish_for(const Publication& publication, const std::string& mode,
                      const std::vector<std::string>& bodies) {
  const std::optional<report::Comment> known = known_from(bodies);
  if (known && publication.comment.marker.stamp < known->marker.stamp &&
      publication.comment.marker.sha != known->marker.sha)
    return {.why = fmt::format("a newer run ({}.{}) has published already", known->marker.stamp.run,
                               known->marker.stamp.attempt)};
  const report::Comment result = report::merged(known, publication.comment);
  if (mode == "on-regression" && bodies.empty() && !is_bad(report::verdict_of(result)))
    return {.why = "nothing got slower"};
  if (mode == "on-change" && known && news_of(*known) == news_of(result))
    return {.why = "nothing changed since the last push"};
  auto text = report::comment_text(result, {.page = publication.page});
  if (!text) return {.why = text.error().message};
  std::string body(essence(*text));
  if (!bodies.empty() && essence(bodies.front()) == body)
    return {.why = "it says the same already"};
  return {.body = std::move(body)};
}

std::string conclusion_of(const Publication& publication) {
  if (publication.exit != Exit::pass) return "failure";
  const bool advisory = std::ranges::any_of(publication.bundles, [](const JudgedBundle& bundle) {
    return !bundle.judgement.advisory.empty() && is_bad(bundle.judgement.verdict);
  });
  return advisory ? "neutral" : "success";
}

/// As a title: what stands before is the check's own name.
std::string title_of(const report::Comment& comment) {
  constexpr std::string_view prefix = "Performance Report: ";
  std::string text = report::summary_of(comment);
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

}  // namespace

void note_policy_change(Publication& publication, const std::vector<std::string>& changed) {
  if (changed.empty()) return;
  std::string names;
  for (const std::string& name : changed) names += (names.empty() ? "" : ", ") + name;
  publication.comment.notices.push_back(
      fmt::format("This pull request changes what it is judged by ({}). The base branch's counts "
                  "here; who owns it should look at the change.",
                  names));
}

Sent send(Publication& publication, const PublishOptions& options, github::Client& client,
          const github::FoundPull* given, const github::Clock& clock,
          const std::function<void()>& before_last_words) {
  Sent sent;
  const auto trouble = [&](const Failure& failure) {
    sent.troubles.push_back({failure.error.code, client.scrub(failure.error.message),
                             client.scrub(failure.error.hint)});
  };
  const github::Event& event = publication.event;
  // What a pull request's run measured is told to that pull request, or to nobody.
  if (event.run && event.run->event == "pull_request" && !(given && given->pull_request)) {
    sent.comment_status = !given ? "failed" : given->moved_on ? "stale" : "none";
    return sent;
  }
  std::optional<github::CheckRun> check;
  if (options.check == "run") {
    auto begun =
        github::CheckRun::begin(client, event.repository, event.head_sha, options.check_name,
                                fmt::format("{}-{}.{}", publication.comment.marker.id.substr(0, 16),
                                            publication.comment.marker.stamp.run,
                                            publication.comment.marker.stamp.attempt));
    if (begun)
      check.emplace(*std::move(begun));
    else
      trouble(begun.error());
  }

  const bool wants_comment = options.comment != "off";
  std::optional<github::FoundPull> looked;
  if (given) looked = *given;
  if (!looked && wants_comment && event.pull_request) {
    auto found = github::find_pull_request(event, options.workflow, client);
    if (found)
      looked = *std::move(found);
    else {
      trouble(found.error());
      sent.comment_status = "failed";
    }
  }
  if (!wants_comment) {
    sent.comment_status = "off";
  } else if (looked && looked->moved_on) {
    sent.comment_status = "stale";
    sent.why = looked->why_not;
    publication.comment.notices.push_back(looked->why_not +
                                          ": the comment is left to its newer run.");
  } else if (looked && looked->pull_request) {
    const github::PullRequest& pull = *looked->pull_request;
    if (!publication.knows_changes) {
      if (const auto files = github::changed_files(event, pull, publication.policy_files, client)) {
        note_policy_change(publication, files->changed);
        if (!files->complete)
          publication.comment.notices.emplace_back(
              "The pull request changes more files than were looked through for the policy's.");
      }
      publication.knows_changes = true;
    }
    const github::Sticky sticky{.repository = event.repository,
                                .issue = pull.number,
                                .author = options.author,
                                .is_ours =
                                    [&](std::string_view body) {
                                      const auto marker = report::read_marker(body);
                                      return marker && marker->id == publication.comment.marker.id;
                                    },
                                .wish =
                                    [&](const std::vector<std::string>& bodies) {
                                      return wish_for(publication, options.comment, bodies);
                                    },
                                .clock = clock};
    const auto posted = github::post(sticky, client);
    if (posted) {
      sent.comment_status = posted->status;
      sent.comment_url = posted->url;
      sent.why = posted->why;
      if (!posted->author.empty() && posted->author != options.author)
        sent.troubles.push_back(
            {Code::publication,
             fmt::format("the token speaks for {}, not for {}", safe_text(posted->author, 100),
                         safe_text(options.author, 100)),
             "say --author, or an earlier comment is not found at once"});
    } else {
      sent.comment_status = "failed";
      trouble(posted.error());
    }
  }

  before_last_words();
  const std::string conclusion = conclusion_of(publication);
  if (options.check == "status") {
    if (const auto set =
            github::set_status(client, event.repository, event.head_sha, options.check_name,
                               conclusion != "failure", title_of(publication.comment));
        !set)
      trouble(set.error());
  }
  if (check) {
    const auto text = report::comment_text(
        publication.comment,
        {.page = publication.page, .bytes = report::check_bytes, .hidden = false});
    const auto completed = check->complete({.conclusion = conclusion,
                                            .title = title_of(publication.comment),
                                            .summary = text ? *text : text.error().message});
    if (!completed) trouble(completed.error());
  }
  return sent;
}

Result<std::string> told_instead(const Publication& publication, const PublishOptions& options) {
  TRY(const std::string body,
      report::comment_text(publication.comment, {.page = publication.page}));
  const github::Event& event = publication.event;
  std::string text;
  if (options.check == "run")
    text += fmt::format("POST /repos/{}/check-runs, then PATCH: `{}` at {}: {}, {}\n",
                        event.repository, options.check_name, event.head_sha,
                        conclusion_of(publication), safe_text(title_of(publication.comment), 250));
  if (options.check == "status")
    text += fmt::format("POST /repos/{}/statuses/{}: `{}`: {}\n", event.repository, event.head_sha,
                        options.check_name, conclusion_of(publication));
  if (event.pull_request || event.run) {
    const std::string number = event.pull_request
                                   ? std::to_string(event.pull_request->number)
                                   : std::string("<the open pull request whose head is ") +
                                         event.head_sha.substr(0, 10) + ">";
    text += options.comment == "off"
                ? "no comment: --comment off\n"
                : fmt::format(
                      "POST /repos/{}/issues/{}/comments, or PATCH of the one that is "
                      "there ({} bytes):\n\n",
                      event.repository, number, body.size());
  } else {
    text += fmt::format("no comment: a {} belongs to no pull request; the job summary:\n\n",
                        github::to_text(event.kind));
  }
  return text + body;
}

}  // namespace perfgate::cli
