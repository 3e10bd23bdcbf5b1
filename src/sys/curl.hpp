#pragma once
// libcurl, loaded when it is first wanted: linked, it and its thirty libraries would make every
// start of perfgate five milliseconds slower.

#define CURL_DISABLE_TYPECHECK 1    // its macros want the functions by their own names
#define CURL_DISABLE_DEPRECATION 1  // what replaces CURLOPT_PROTOCOLS is not in Ubuntu 22.04's
#include <curl/curl.h>
#undef curl_easy_setopt
#undef curl_easy_getinfo

#include "base/result.hpp"

// What is called of it.
#define PERFGATE_CURL(X) \
  X(global_init)         \
  X(easy_init)           \
  X(easy_cleanup)        \
  X(easy_reset)          \
  X(easy_setopt)         \
  X(easy_getinfo)        \
  X(easy_perform)        \
  X(easy_strerror)       \
  X(slist_append)        \
  X(slist_free_all)      \
  X(url)                 \
  X(url_cleanup)         \
  X(url_set)             \
  X(url_get)             \
  X(free)

namespace perfgate::sys {

struct Curl {
#define PERFGATE_CURL_POINTER(name) decltype(&::curl_##name) name = nullptr;
  PERFGATE_CURL(PERFGATE_CURL_POINTER)
#undef PERFGATE_CURL_POINTER
};

/// Errors: Code::io, naming the package.
Result<const Curl*> load_curl();

}  // namespace perfgate::sys
