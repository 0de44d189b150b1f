// What makes an extension module of the library, so that setuptools builds it and puts it beside the package's files. It is
// loaded with ctypes; a Python that imports it all the same gets an empty module, or an error where this was compiled
// without Python's header, which nothing else needs.

#if __has_include(<Python.h>)

#include <Python.h>

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_core", nullptr, 0, nullptr, nullptr, nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit__core(void) { return PyModule_Create(&definition); }

#else

extern "C" void *PyInit__core(void) { return nullptr; }

#endif
