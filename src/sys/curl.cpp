#include "sys/curl.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>

namespace perfgate::sys {
namespace {

Result<Curl> load() {
  constexpr const char* name = "libcurl.so.4";
  constexpr const char* hint = "install it: apt-get install libcurl4 (Ubuntu 24.04: libcurl4t64)";
  void* library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    return fail(Code::io, fmt::format("loading {}: {}", name, ::dlerror()), hint);
  Curl curl;
  const char* missing = nullptr;
  const auto find = [&]<class F>(F& function, const char* symbol) {
    function = reinterpret_cast<F>(::dlsym(library, symbol));
    if (function == nullptr) missing = symbol;
  };
#define PERFGATE_CURL_FIND(function) find(curl.function, "curl_" #function);
  PERFGATE_CURL(PERFGATE_CURL_FIND)
#undef PERFGATE_CURL_FIND
  if (missing != nullptr)
    return fail(Code::io, fmt::format("loading {}: it is too old: it has no {}", name, missing),
                hint);
  // It would write the keys of every connection to the file that this names.
  ::unsetenv("SSLKEYLOGFILE");
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return fail(Code::io, fmt::format("loading {}: it could not be initialised", name), hint);
  return curl;
}

}  // namespace

Result<const Curl*> load_curl() {
  static const Result<Curl> loaded = load();
  if (!loaded) return std::unexpected(loaded.error());
  return &*loaded;
}

}  // namespace perfgate::sys
