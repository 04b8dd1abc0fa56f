// What another process has used, by its id.
#ifndef PROCESS_H
#define PROCESS_H

double process_cpu(int pid);        // seconds, user and system
long process_resident(int pid);     // bytes

#endif
