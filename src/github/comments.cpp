#include "github/comments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/time.hpp"
#include "github/fields.hpp"
#include "sys/url.hpp"

namespace perfgate::github {
namespace {

using nlohmann::json;

constexpr std::string_view reading = "pull-requests: read", writing = "pull-requests: write";

struct Own {
  std::int64_t id = 0;
  std::string body, url, created;
};

/// Bodies are long: text_field's limit is not theirs.
std::string body_field(const json& comment) {
  const json* body = field(comment, {"body"});
  return body && body->is_string() ? body->get<std::string>() : "";
}

Own own_from(const json& comment) {
  return {.id = number_field(comment, {"id"}),
          .body = body_field(comment),
          .url = text_field(comment, {"html_url"}),
          .created = text_field(comment, {"created_at"})};
}

std::string body_json(const std::string& body) {
  return json({{"body", body}}).dump(-1, ' ', false, json::error_handler_t::replace);
}

class Poster {
 public:
  Poster(const Sticky& sticky, Client& client)
      : sticky_(sticky), client_(client), author_(sticky.author) {}

  std::expected<Posted, Failure> post() {
    began_ = sticky_.clock.now();
    auto own = list("");
    if (!own) return std::unexpected(own.error());
    if (own->empty()) return create();
    auto updated = update(*own);
    if (!updated) return updated;
    remove_surplus(*own);
    return updated;
  }

 private:
  std::string comments() const {
    return fmt::format("/repos/{}/issues/{}/comments", sticky_.repository, sticky_.issue);
  }
  std::string comment(std::int64_t id) const {
    return fmt::format("/repos/{}/issues/comments/{}", sticky_.repository, id);
  }

  bool is_ours(const json& in) const {
    if (text_field(in, {"user", "login"}) != author_) return false;
    if (author_.ends_with("[bot]") && text_field(in, {"user", "type"}) != "Bot") return false;
    return number_field(in, {"id"}) > 0 && sticky_.is_ours(body_field(in));
  }

  /// Ours, oldest first. They are listed by age, and ours is among the first ones: behind it only
  /// so much is looked through.
  std::expected<std::vector<Own>, Failure> list(const std::string& since) {
    std::vector<Own> own;
    std::size_t behind = 0;
    const auto listed = client_.list(
        {.path = fmt::format("{}?per_page=100{}", comments(),
                             since.empty() ? "" : "&since=" + sys::percent_encode(since)),
         .doing = "reading the comments",
         .needs = std::string(reading)},
        "", [&](const json& in) {
          if (is_ours(in)) own.push_back(own_from(in));
          return own.empty() || ++behind < 50;
        });
    if (!listed) return std::unexpected(listed.error());
    std::ranges::sort(own, {}, &Own::id);
    return own;
  }

  std::expected<Posted, Failure> create() {
    const Wish wish = sticky_.wish({});
    if (!wish.body) return Posted{.status = "unchanged", .why = wish.why};
    const Call call{.method = "POST",
                    .path = comments(),
                    .body = body_json(*wish.body),
                    .doing = "creating the comment",
                    .needs = std::string(writing)};
    const auto find = [&]() -> Answer {
      json found;
      const auto listed = client_.list({.path = comments() + "?per_page=100",
                                        .doing = "looking whether the comment was created",
                                        .needs = std::string(reading)},
                                       "", [&](const json& in) {
                                         if (is_ours(in)) found = in;
                                         return found.is_null();
                                       });
      if (!listed) return std::unexpected(listed.error());
      return found;
    };
    const Answer answer = client_.create_once(call, find);
    if (!answer) return std::unexpected(answer.error());
    Own mine = own_from(*answer);
    Posted posted{.status = "created", .url = mine.url};
    const std::string login = text_field(*answer, {"user", "login"});
    std::string since = looked_from(mine.created);
    if (!login.empty() && login != author_) {
      // The token is another's than was thought: so is a comment of an earlier push.
      posted.author = author_ = login;
      since.clear();
    }
    if (!settle()) return posted;
    auto own = list(since);
    if (!own) return posted;  // it is there, and that is what counts
    const bool first = own->empty() || own->front().id >= mine.id;
    if (first) return posted;
    // Another was first: what we have to say goes there, and ours goes.
    if (std::ranges::find(*own, mine.id, &Own::id) == own->end()) own->push_back(mine);
    auto updated = update(*own);
    if (!updated) return updated;
    updated->author = posted.author;
    std::ignore = client_.call({.method = "DELETE",
                                .path = comment(mine.id),
                                .doing = "deleting the second comment",
                                .needs = std::string(writing)});
    return updated;
  }

  /// Waits until others, who are as slow as we were from reading to writing, have written too.
  bool settle() {
    constexpr std::chrono::milliseconds longest(10'000);
    const auto spent = sticky_.clock.now() - began_;
    const bool whole = sticky_.clock.sleep(std::clamp(2 * spent, sticky_.settle, longest));
    began_ = sticky_.clock.now();
    return whole;
  }

  /// A minute before, as clocks of servers differ.
  static std::string looked_from(const std::string& created) {
    const auto time = time_from_text(created);
    return time ? to_text(Time{time->unix_ms - 60'000}) : "";
  }

  std::expected<Posted, Failure> update(const std::vector<Own>& own) {
    constexpr int most_writes = 3;
    const Own& kept = own.front();
    Posted posted{.status = "unchanged", .url = kept.url};
    std::vector<std::string> bodies;
    for (const Own& one : own) bodies.push_back(one.body);
    for (int writes = 0; writes < most_writes; ++writes) {
      const Wish wish = sticky_.wish(bodies);
      if (!wish.body) {
        if (writes == 0) posted.why = wish.why;
        return posted;
      }
      const Answer answer = client_.call({.method = "PATCH",
                                          .path = comment(kept.id),
                                          .body = body_json(*wish.body),
                                          .doing = "updating the comment",
                                          .needs = std::string(writing)});
      if (!answer) return std::unexpected(answer.error());
      posted.status = "updated";
      // Who read it before this write may overwrite it after.
      if (!settle()) return posted;
      const Answer now = client_.call({.path = comment(kept.id),
                                       .doing = "reading the comment again",
                                       .needs = std::string(reading)});
      if (!now) return posted;
      bodies = {body_field(*now)};
    }
    return posted;
  }

  /// What publishers that ended between their steps have left. That it is gone already is well.
  void remove_surplus(const std::vector<Own>& own) {
    constexpr std::size_t most = 3;
    for (std::size_t i = 1; i < std::min(own.size(), most + 1); ++i)
      std::ignore = client_.call({.method = "DELETE",
                                  .path = comment(own[i].id),
                                  .doing = "deleting a second comment",
                                  .needs = std::string(writing)});
  }

  const Sticky& sticky_;
  Client& client_;
  std::string author_;
  std::chrono::milliseconds began_{0};  // when what is being written was read
};

}  // namespace

std::expected<Posted, Failure> post(const Sticky& sticky, Client& client) {
  return Poster(sticky, client).post();
}

}  // namespace perfgate::github
