// A real server of a few lines on 127.0.0.1 that says what it is told.

#include "sys/http.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <csignal>
#include <mutex>
#include <thread>

#include "sys/fd.hpp"

namespace perfgate::sys {
namespace {

/// Gives its answers to the requests that come, one after the other, each on a connection.
class Server {
 public:
  explicit Server(std::vector<std::string> answers)
      : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listener_.get(), 8) == 0);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, answers = std::move(answers)] { serve(answers); });
  }
  ~Server() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string url(const std::string& path = "/") const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve(const std::vector<std::string>& answers) {
    for (std::size_t i = 0;; ++i) {
      const Fd connection(::accept(listener_.get(), nullptr, nullptr));
      if (!connection) return;
      std::string request;
      char buffer[4096];
      for (;;) {
        const auto got = ::recv(connection.get(), buffer, sizeof buffer, 0);
        if (got <= 0) break;
        request.append(buffer, static_cast<std::size_t>(got));
        const std::size_t end = request.find("\r\n\r\n");
        const std::size_t length = request.find("Content-Length: ");
        if (end == request.npos) continue;
        if (length == request.npos ||
            request.size() >= end + 4 + std::stoul(request.substr(length + 16)))
          break;
      }
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      const std::string& answer = answers[std::min(i, answers.size() - 1)];
      (void)!::send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }

  Fd listener_;
  int port_ = 0;
  std::thread thread_;
  std::mutex mutex_;
  std::vector<std::string> requests_;
};

std::string with_body(std::string_view body, std::string_view more = "") {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}",
                     body.size(), more, body);
}
std::string redirect(int status, std::string_view to) {
  return fmt::format(
      "HTTP/1.1 {} Moved\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status,
      to);
}

HttpRequest get(const std::string& url) {
  return {.url = url, .authorization = "Bearer secret", .timeout = std::chrono::seconds(5)};
}

HttpFailure failure(const HttpResult& result) {
  REQUIRE_FALSE(result);
  return result.error().failure;
}

TEST_CASE("http: a request arrives as it was meant, and the answer as it was sent") {
  Server server({with_body("{\"a\":1}", "X-More: yes\r\nx-more: twice\r\n")});
  const Transport send = http_transport({});
  const HttpResult result = send({.method = "POST",
                                  .url = server.url("/p?q=1"),
                                  .headers = {{"Accept", "application/json"}},
                                  .authorization = "Bearer secret",
                                  .body = "the body"});
  REQUIRE(result);
  CHECK(result->status == 200);
  CHECK(result->body == "{\"a\":1}");
  CHECK(result->header("X-MORE") == "yes");
  CHECK(result->header("none").empty());
  const std::string request = server.requests().at(0);
  CHECK(request.starts_with("POST /p?q=1 HTTP/1.1\r\n"));
  for (const char* part : {"Accept: application/json\r\n", "Authorization: Bearer secret\r\n",
                           "User-Agent: perfgate/", "\r\n\r\nthe body"})
    CHECK_MESSAGE(request.contains(part), part);
  CHECK_FALSE(request.contains("Expect"));
}

// AC:http-redirects
TEST_CASE("http: redirects keep the method, lose the token elsewhere, and end") {
  Server other({with_body("other")});
  {
    Server server({redirect(307, "/two"), with_body("two")});
    HttpRequest request = get(server.url("/one"));
    request.method = "PATCH";
    request.body = "x";
    const HttpResult result = http_transport({})(request);
    REQUIRE(result);
    CHECK(result->body == "two");
    CHECK(result->url == server.url("/two"));
    CHECK(server.requests().at(1).starts_with("PATCH /two "));
    CHECK(server.requests().at(1).contains("Bearer secret"));
  }
  {
    Server server({redirect(303, "/two"), with_body("two")});
    HttpRequest request = get(server.url());
    request.method = "POST";
    request.body = "x";
    REQUIRE(http_transport({})(request));
    CHECK(server.requests().at(1).starts_with("GET /two "));
  }
  {
    Server server({redirect(302, other.url("/blob"))});
    const HttpResult result = http_transport({})(get(server.url()));
    REQUIRE(result);
    CHECK(result->body == "other");
    CHECK_FALSE(other.requests().at(0).contains("Authorization"));
    HttpRequest stay = get(server.url());
    stay.stay = true;
    CHECK(failure(http_transport({})(stay)) == HttpFailure::refused);
    HttpRequest write = get(server.url());
    write.method = "PUT";
    write.body = "x";
    CHECK(failure(http_transport({})(write)) == HttpFailure::refused);
    CHECK(other.requests().size() == 1);
  }
  for (const char* to : {"http://example.invalid/", "file:///etc/passwd", "ftp://127.0.0.1/",
                         "https://user:hush@127.0.0.1/", "http://[::"}) {
    CAPTURE(to);
    Server server({redirect(301, to)});
    const HttpResult result = http_transport({})(get(server.url()));
    CHECK(failure(result) == HttpFailure::refused);
    CHECK_FALSE(result.error().message.contains("hush"));
  }
  {
    Server server(
        {redirect(302, "/a"), redirect(302, "/b"), redirect(302, "/c"), redirect(302, "/d")});
    CHECK(failure(http_transport({})(get(server.url()))) == HttpFailure::redirects);
    CHECK(server.requests().size() == 4);
  }
  {
    Server server({redirect(302, "/")});
    CHECK(failure(http_transport({})(get(server.url("/")))) == HttpFailure::redirects);
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("http: what is too large, cut short or too slow is told apart") {
  HttpLimits limits{.body = 1000, .headers = 2000};
  const auto failed = [&](const std::string& answer) {
    Server server({answer});
    HttpRequest request = get(server.url());
    request.timeout = std::chrono::milliseconds(700);
    const HttpResult result = http_transport({}, limits)(request);
    REQUIRE_FALSE(result);
    CHECK(result.error().sent);
    return result.error().failure;
  };
  CHECK(failed(with_body(std::string(1001, 'x'))) == HttpFailure::too_large);
  CHECK(failed("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(1001, 'x')) ==
        HttpFailure::too_large);
  CHECK(failed(with_body("", "X: " + std::string(2000, 'x') + "\r\n")) == HttpFailure::too_large);
  CHECK(failed("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!") == HttpFailure::truncated);
  CHECK(failed("nonsense\r\n\r\n") == HttpFailure::truncated);
  CHECK(failed("") == HttpFailure::reset);
}

TEST_CASE("http: a signal ends a request that waits") {
  const Fd silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));  // takes, and never answers
  sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  REQUIRE(::bind(silent.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(silent.get(), 8) == 0);
  ::getsockname(silent.get(), reinterpret_cast<sockaddr*>(&address), &size);
  const Signals signals;
  std::thread later([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ::kill(::getpid(), SIGTERM);
  });
  HttpRequest request = get(fmt::format("http://127.0.0.1:{}/", ntohs(address.sin_port)));
  request.timeout = std::chrono::seconds(60);
  const auto began = std::chrono::steady_clock::now();
  const HttpResult result = http_transport({}, {}, &signals)(request);
  later.join();
  CHECK(failure(result) == HttpFailure::interrupted);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
}

TEST_CASE("http: nobody there, no such address, nothing but https") {
  const Transport send = http_transport({});
  HttpRequest request = get("http://127.0.0.1:1/");
  const HttpResult nobody = send(request);
  CHECK(failure(nobody) == HttpFailure::connect);
  CHECK_FALSE(nobody.error().sent);
  for (const char* url : {"http://example.invalid/", "http://10.0.0.1/", "file:///etc/passwd", "x",
                          "https://a:b@example.invalid/"}) {
    CAPTURE(url);
    CHECK(failure(send(get(url))) == HttpFailure::refused);
  }
}

TEST_CASE("http: a list of authorities that is not there is an error before anything is sent") {
  const HttpResult result =
      http_transport({{"SSL_CERT_FILE", "/no/such/file"}})(get("https://127.0.0.1:1/"));
  CHECK(failure(result) == HttpFailure::certificate);
  CHECK(result.error().message.contains("/no/such/file"));
  CHECK_FALSE(result.error().sent);
}

TEST_CASE("http: a proxy's password is not shown, and loopback needs no proxy") {
  const Environment proxy{{"HTTPS_PROXY", "http://me:pass-word@127.0.0.1:1"},
                          {"ALL_PROXY", "http://me:pass-word@127.0.0.1:1"}};
  const HttpResult result = http_transport(proxy)(get("https://example.invalid/"));
  CHECK(failure(result) == HttpFailure::connect);
  CHECK_FALSE(result.error().message.contains("pass-word"));
  CHECK(result.error().hint.contains("HTTPS_PROXY"));
  const HttpResult odd =
      http_transport({{"https_proxy", "odd://me:pass-word@[::"}})(get("https://example.invalid/"));
  REQUIRE_FALSE(odd);
  CHECK_FALSE(odd.error().message.contains("pass-word"));
  Server server({with_body("x")});
  CHECK(http_transport(proxy)(get(server.url())));
}

}  // namespace
}  // namespace perfgate::sys
