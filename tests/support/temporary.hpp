#pragma once
#include <string>

#include "sys/directory.hpp"

namespace perfgate::test {

/// A directory of the test's own, gone with it.
inline sys::TemporaryDirectory temporary() { return *sys::TemporaryDirectory::make("/tmp"); }

}  // namespace perfgate::test
