internal import Foundation
internal import Synchronization

/// Ctrl-C and SIGTERM as a wish to end cleanly. A second one ends the program at once, as it would have without this.
struct StopSignal {
    /// A signal handler reaches nothing but globals.
    private static let raised = Atomic<Bool>(false)

    init() {
        // Made before a signal can come: the handler must not be the first to touch it.
        _ = StopSignal.raised.load(ordering: .relaxed)
        // Whoever started the program may have blocked them, as threads of a server do.
        var wanted = sigset_t()
        sigemptyset(&wanted)
        for number in [SIGINT, SIGTERM] {
            sigaddset(&wanted, number)
            signal(number) { number in
                StopSignal.raised.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
        pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
    }

    var isRaised: Bool { StopSignal.raised.load(ordering: .relaxed) }

    /// Waits; false once a signal has come, or once nobody reads stdout any more.
    func wait(milliseconds: Int32) -> Bool {
        // Nothing is asked for: the kernel tells of errors and hang-ups alone.
        var output = pollfd(fd: 1, events: 0, revents: 0)
        guard !isRaised else { return false }
        _ = poll(&output, 1, milliseconds)
        return !isRaised && output.revents == 0
    }
}
