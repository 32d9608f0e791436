
#if defined(LA_STATIC)
#  define LA_API
#elif defined(_WIN32)
#  define LA_API __declspec(dllimport)
#elif defined(__GNUC__)
#  define LA_API __attribute__((visibility("default")))
#else
#  define LA_API
#endif

#if defined(LA_NO_NODISCARD)
#  define LA_NODISCARD
#elif defined(__GNUC__)
#  define LA_NODISCARD __attribute__((warn_unused_result))
#else
#  define LA_NODISCARD
#endif
