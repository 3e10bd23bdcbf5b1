#pragma once
// All that a command sees of the world outside its arguments. main.cpp makes the real one, tests
// assign lambdas.

#include <functional>
#include <string_view>

#include "base/time.hpp"
#include "sys/environment.hpp"
#include "sys/signals.hpp"

namespace perfgate::cli {

struct Env {
  std::function<void(std::string_view)> out;  ///< what was asked for
  std::function<void(std::string_view)> err;  ///< what is said to people
  sys::Environment environment;
  std::function<Time()> now;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  int width = 100;
  const sys::Signals* signals = nullptr;
};

}  // namespace perfgate::cli
