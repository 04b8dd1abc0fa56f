namespace Oddswire.Simulation;

public static class Program
{
    public static int Main()
    {
        Console.WriteLine("0 seeds, 0 failed");
        return 0;
    }
}
