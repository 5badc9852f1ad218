#pragma once

// A terminated worker refuses throws; without this, node-addon-api turns that into the end of the process.
#ifndef NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS
#define NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS
#endif

#include <napi.h>  // IWYU pragma: export
