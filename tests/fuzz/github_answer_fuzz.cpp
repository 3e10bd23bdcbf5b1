// Any answer to any call: a line "status\n", header lines, an empty line, the body.

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "github/client.hpp"

using namespace perfgate;
using github::Trouble;

namespace {

std::string_view line_of(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

sys::HttpResponse answer_of(std::string_view text) {
  sys::HttpResponse response;
  const std::string_view status = line_of(text);
  std::from_chars(status.data(), status.data() + status.size(), response.status);
  for (std::string_view line = line_of(text); !line.empty(); line = line_of(text))
    if (const std::size_t colon = line.find(':'); colon != line.npos)
      response.headers.push_back(
          {std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))});
  response.body = text;
  return response;
}

void check(const github::Failure& failure) {
  const std::string& message = failure.error.message;
  if (message.contains("sentinel-token-0123") || message.contains('\n') || message.size() > 8000)
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const sys::HttpResponse answer = answer_of({reinterpret_cast<const char*>(data), size});
  std::chrono::milliseconds now{0};
  int requests = 0;
  auto client = github::Client::create(
      {.api_url = "https://api.test", .max_calls = 100}, sys::Token("sentinel-token-0123"),
      [&](const sys::HttpRequest& request) -> sys::HttpResult {
        ++requests;
        // Nothing that an answer says leads elsewhere.
        if (!request.url.starts_with("https://api.test/")) std::abort();
        return answer;
      },
      {.now = [&] { return now; },
       .unix_seconds = [] { return std::int64_t{1'800'000'000}; },
       .sleep =
           [&](std::chrono::milliseconds time) {
             now += time;
             return true;
           },
       .random = [] { return 0.5; }},
      [](std::string_view) {});
  if (!client) std::abort();
  const github::Call call{.path = "/x", .doing = "asking"};
  if (const auto got = client->call(call); !got) check(got.error());
  const auto listed =
      client->list(call, "", [](const nlohmann::json& item) { return !item.is_discarded(); });
  if (!listed) check(listed.error());
  const auto made =
      client->create_once({.method = "POST", .path = "/x", .body = "{}", .doing = "x"},
                          []() -> github::Answer { return nlohmann::json(); });
  if (made && !made->is_object()) std::abort();
  if (!made) check(made.error());
  if (requests > 24 || now > std::chrono::seconds(120)) std::abort();
  return 0;
}
