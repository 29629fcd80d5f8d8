import ArchiveTesting
import Foundation
import Testing

/// A disk that fails when told to: `Tests/FaultShim`, compiled once for a run of the tests and loaded into the program.
enum FaultyDisk {
    /// The status with which the shim ends a process whose power it cuts.
    static let cutStatus: Int32 = 77

    /// What happens at one of the calls that change files in the archive.
    enum Fault: Sendable, CustomStringConvertible {
        /// The call fails, and with `forGood` every later one, too.
        case fails(errno: Int32, forGood: Bool)
        case kill
        case powerCut

        var description: String {
            switch self {
            case .fails(ENOSPC, _): "a full disk"
            case .fails: "an I/O error"
            case .kill: "a kill"
            case .powerCut: "a power cut"
            }
        }

        fileprivate var variables: [String: String] {
            switch self {
            case .fails(let number, let forGood):
                ["FAULT_MODE": "fail", "FAULT_ERRNO": "\(number)", "FAULT_STICKY": forGood ? "1" : "0"]
            case .kill: ["FAULT_MODE": "kill"]
            case .powerCut: ["FAULT_MODE": "cut"]
            }
        }
    }

    /// One of the calls that were counted.
    struct Call: Sendable {
        var number: Int
        var name: String
        /// The file's name, without the folder.
        var file: String
    }

    /// The environment of a program whose files below `path`, in `folder`, are on the faulty disk.
    static func environment(
        _ path: String, in folder: TemporaryFolder, fault: Fault? = nil, at call: Int = 0, seed: UInt64 = 0,
        log: String? = nil
    ) throws -> [String: String] {
        let trash = folder.file("trash")
        try FileManager.default.createDirectory(atPath: trash, withIntermediateDirectories: true)
        var variables = fault?.variables ?? [:]
        variables["LD_PRELOAD"] = try library.get()
        variables["FAULT_FOLDER"] = path
        variables["FAULT_TRASH"] = trash
        variables["FAULT_AT"] = String(call)
        variables["FAULT_SEED"] = String(seed >> 2)
        variables["FAULT_LOG"] = log
        return variables
    }

    static func calls(_ log: String) throws -> [Call] {
        try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map { line in
            let words = line.split(separator: " ", maxSplits: 2)
            let number = try #require(Int(words[0]))
            let name = words[2].split(separator: "/").last.map(String.init) ?? ""
            return Call(number: number, name: String(words[1]), file: name)
        }
    }

    private static let library = Result { () throws -> String in
        let library = try folder.get().file("fault-shim.so")
        let sources = ["fault_shim.c", "power_cut.c"].map {
            Program.root.appendingPathComponent("Tests/FaultShim/\($0)").path
        }
        let made = try Program.run(
            ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library] + sources + [
                "-ldl", "-lpthread",
            ],
            program: "/usr/bin/cc")
        guard made.status == 0 else { throw CocoaError(.executableLoad, userInfo: ["cc": made.errors]) }
        return library
    }

    /// Lives as long as the process, and goes with it.
    private static let folder: Result<TemporaryFolder, any Error> = Result {
        atexit { FaultyDisk.removeFolder() }
        return try TemporaryFolder()
    }

    private static func removeFolder() {
        if let folder = try? folder.get() { try? FileManager.default.removeItem(atPath: folder.path) }
    }
}
